%% The steps of a script, done with OTP's own calls; what they answer goes into the log.
-module(script_step).

-export([run/1, reply/2]).

run({stop, Path, Reason}) -> tell(Path, {stop, Reason});
run({panic, Path}) -> tell(Path, panic);
run({link, Path, Other}) -> tell(Path, link, Other);
run({unlink, Path, Other}) -> tell(Path, unlink, Other);
run({monitor, Path, Other}) -> tell(Path, monitor, Other);
run({demonitor, Path, Other}) -> tell(Path, demonitor, Other);
run({exit, Path, Reason}) -> with(Path, fun(Pid) -> exit_from_outside(Pid, Reason) end);
run({spawn, Path, Traps}) ->
    {ok, _} = script_worker:start(Path, {worker, none, Traps, false, []});
run({ping, Path}) -> ask(Path, ping);
run({register, Path, Name}) -> ask(Path, {register, Name});
run({unregister, Path, Name}) -> ask(Path, {unregister, Name});
run({whereis, Name}) ->
    reply("names", case whereis(Name) of
                       undefined -> "not_found";
                       Pid -> script_log:label(Pid)
                   end);
run({start_child, Path, Child}) ->
    command(Path, fun(Sup) -> supervisor:start_child(Sup, script_sup:spec(Path, Child)) end);
run({start_dynamic, Path, Key}) ->
    command(Path, fun(Sup) -> supervisor:start_child(Sup, [Key]) end);
run({terminate_child, Path, Id}) ->
    command(Path, fun(Sup) -> supervisor:terminate_child(Sup, Id) end);
run({terminate_dynamic, Path, Key}) ->
    with(Path ++ [Key], fun(Pid) ->
        command(Path, fun(Sup) -> supervisor:terminate_child(Sup, Pid) end)
    end);
run({restart_child, Path, Id}) ->
    command(Path, fun(Sup) -> plain(supervisor:restart_child(Sup, Id)) end);
run({delete_child, Path, Id}) ->
    command(Path, fun(Sup) -> supervisor:delete_child(Sup, Id) end);
run({which, Path}) -> query(Path, fun(Sup) -> children(supervisor:which_children(Sup)) end);
run({count, Path}) -> query(Path, fun(Sup) -> counts(supervisor:count_children(Sup)) end);
run({flags, Path, Strategy, Intensity, Period, Auto}) ->
    Flags = #{strategy => Strategy, intensity => Intensity, period => Period,
              auto_shutdown => Auto},
    query(Path, fun(Sup) -> change_flags(Sup, Flags) end);
run({wait, Milliseconds}) -> timer:sleep(Milliseconds).

%% A reply stands in the log of the one who gave it.
reply(Whom, Text) -> script_log:event(["reply ", Whom, $\s, Text]).

with(Path, Fun) ->
    case script_log:pid_of(Path) of
        {ok, Pid} -> Fun(Pid);
        error -> reply(script_text:path(Path), "never_was")
    end.

tell(Path, Message) -> with(Path, fun(Pid) -> gen_server:cast(Pid, Message) end).

tell(Path, Verb, Other) ->
    with(Other, fun(Whom) -> tell(Path, {Verb, Whom}) end).

ask(Path, Request) ->
    with(Path, fun(Pid) ->
        %% One that hangs in its clean-up does not answer.
        Answer = try gen_server:call(Pid, Request, 200) catch exit:_ -> "noproc" end,
        reply(script_log:label(Pid), Answer)
    end).

%% Waits until the signal has been delivered: the sender ends, and its end comes after.
exit_from_outside(Pid, Reason) ->
    {Sender, Ref} = spawn_monitor(fun() -> exit(Pid, Reason) end),
    receive {'DOWN', Ref, process, Sender, _} -> ok end.

query(Path, Fun) ->
    with(Path, fun(Sup) ->
        Answer = try Fun(Sup) catch exit:_ -> "noproc" end,
        reply(script_log:label(Sup), Answer)
    end).

command(Path, Fun) -> query(Path, fun(Sup) -> answer(Fun(Sup)) end).

%% The name of the child is taken: OTP wraps this failure of a start in start_child only.
plain({error, {already_started, _} = Error}) -> {error, {Error, child}};
plain(Answer) -> Answer.

answer(ok) -> "ok";
answer({ok, undefined}) -> "ok:ignored";
answer({ok, Pid}) -> ["ok:", script_log:label(Pid)];
answer({error, Error}) -> ["error:", script_text:error(Error)].

%% OTP lists children in the reverse of their order, and dynamic ones in none.
children([{undefined, _, _, _} | _] = Dynamic) ->
    lists:join($\s, lists:sort([child(Pid) || {_, Pid, _, _} <- Dynamic]));
children(Children) ->
    lists:join($\s, [[atom_to_list(Id), $=, child(Pid), $:, atom_to_list(Type)]
                     || {Id, Pid, Type, _} <- lists:reverse(Children)]).

child(Pid) when is_pid(Pid) -> iolist_to_binary(script_log:label(Pid));
child(State) -> atom_to_binary(State).

counts(Counts) ->
    lists:join($\s, [[atom_to_list(What), $=, integer_to_list(N)] || {What, N} <- Counts]).

change_flags(Sup, Flags) ->
    script_log:change(Sup, Flags),
    ok = sys:suspend(Sup),
    Changed = sys:change_code(Sup, script_sup, undefined, []),
    ok = sys:resume(Sup),
    atom_to_list(Changed).
