%% Runs scripts with OTP's own supervisor and gen_server.
%%
%% Says `ready` first. One script a line on standard input, as `{Supervisor, Steps}.`; its log comes back on
%% standard output, one event a line, with `end` after it.
-module(script).

-export([main/0]).

main() ->
    logger:set_primary_config(level, none),
    %% A module that is loaded on its first use would make a process wait, and look idle.
    ok = code:ensure_modules_loaded([script_log, script_step, script_sup, script_text,
                                     script_worker]),
    io:setopts(standard_io, [binary, {encoding, latin1}]),
    io:put_chars(standard_io, "ready\n"),
    serve().

serve() ->
    case io:get_line(standard_io, '') of
        Line when is_binary(Line) ->
            {ok, Tokens, _} = erl_scan:string(binary_to_list(Line)),
            {ok, Script} = erl_parse:parse_term(Tokens),
            io:put_chars(standard_io, run_apart(Script)),
            serve();
        _ ->
            halt(0)
    end.

%% In a process of its own: it is the parent of the root, and no signal outlives it.
run_apart(Script) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({lines, run(Script)}) end),
    receive
        {'DOWN', Ref, process, Pid, {lines, Lines}} -> [[[L, $\n] || L <- Lines], "end\n"];
        {'DOWN', Ref, process, Pid, Fault} -> io_lib:format("fault ~0p~nend~n", [Fault])
    end.

run({Root, Steps}) ->
    process_flag(trap_exit, true),
    Log = script_log:start(),
    script_step:reply("root", case script_sup:start_link([], Root) of
                                {ok, _} -> "ok";
                                {error, Error} -> ["error:", script_text:error(Error)]
                            end),
    quiesce(),
    lists:foldl(fun(Step, N) ->
                        script_log:event(["step ", integer_to_list(N)]),
                        script_step:run(Step),
                        quiesce(),
                        N + 1
                end, 1, Steps),
    script_log:event("stop"),
    stop_root(),
    quiesce(),
    {Lines, Left} = script_log:take(Log),
    [exit(Pid, kill) || {Pid, _} <- Left],
    Lines ++ [["left ", Label] || {_, Label} <- Left].

stop_root() ->
    case script_log:pid_of([]) of
        {ok, Root} ->
            Ref = monitor(process, Root),
            exit(Root, shutdown),
            receive {'DOWN', Ref, process, Root, _} -> ok end;
        error ->
            ok
    end.

%% Waits until nothing moves: every supervisor has answered a call, every worker waits with an
%% empty mailbox, and the log has not grown meanwhile.
quiesce() -> quiesce(-1).

quiesce(Before) ->
    Idle = lists:all(fun is_idle/1, script_log:live()),
    case script_log:count() of
        Before when Idle -> ok;
        Now ->
            erlang:yield(),
            quiesce(Now)
    end.

is_idle({Pid, supervisor}) ->
    try is_list(supervisor:count_children(Pid)) catch exit:_ -> false end;
is_idle({Pid, worker}) ->
    case process_info(Pid, [message_queue_len, current_function]) of
        [{_, 0}, {_, {gen_server, loop, _}}] -> true;
        %% A worker that hangs in its clean-up reads no mail any more.
        [_, {_, {script_worker, hang, 0}}] -> true;
        _ -> false
    end.
