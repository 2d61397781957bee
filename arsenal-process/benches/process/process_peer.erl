%% OTP's half of the comparison: one measure a line on standard input, `call 100000.`-like, and
%% how long it took on standard output, in nanoseconds (bytes a process for `memory`).
-module(process_peer).
-behaviour(gen_server).

-export([main/0, start_link/1]).
-export([init/1, handle_call/3, handle_cast/2]).

main() ->
    logger:set_primary_config(level, none),
    io:setopts(standard_io, [binary, {encoding, latin1}]),
    serve().

serve() ->
    case io:get_line(standard_io, '') of
        Line when is_binary(Line) ->
            [Measure, Count] = binary:split(string:trim(Line), <<" ">>),
            Result = apart(binary_to_existing_atom(Measure), binary_to_integer(Count)),
            io:put_chars(standard_io, [integer_to_list(Result), $\n]),
            serve();
        _ ->
            halt(0)
    end.

%% In a process of its own, so that each measure begins with an empty heap.
apart(Measure, Count) ->
    {Pid, Ref} = spawn_monitor(fun() -> exit({result, measure(Measure, Count)}) end),
    receive {'DOWN', Ref, process, Pid, {result, Result}} -> Result end.

measure(memory, Count) ->
    garbage_collect(),
    Before = erlang:memory(processes),
    Pids = [spawn(fun() -> receive stop -> ok end end) || _ <- lists:seq(1, Count)],
    After = erlang:memory(processes),
    [Pid ! stop || Pid <- Pids],
    (After - Before) div Count;
measure(call, Count) ->
    {ok, Server} = gen_server:start_link(?MODULE, echo, []),
    timed(Count, fun() -> gen_server:call(Server, ping) end);
measure(pair, Count) ->
    Self = self(),
    Echo = spawn_link(fun() -> echo(Self) end),
    timed(Count, fun() -> Echo ! ping, receive pong -> ok end end);
measure(spawn_exit, Count) ->
    timed(Count, fun() ->
        {Pid, Ref} = spawn_monitor(fun() -> ok end),
        receive {'DOWN', Ref, process, Pid, normal} -> ok end
    end);
measure(restart, Count) ->
    process_flag(trap_exit, true),
    %% A supervisor walks the list of its recent restarts at each one: a new supervisor after each
    %% hundred keeps that list as short as it is in life.
    lists:sum([restarts(100) || _ <- lists:seq(1, Count div 100)]);
measure(restart_at_once, Count) ->
    Start = erlang:monotonic_time(nanosecond),
    All = [spawn_monitor(fun() -> measure(restart, Count div 16) end) || _ <- lists:seq(1, 16)],
    [receive {'DOWN', Ref, process, Pid, normal} -> ok end || {Pid, Ref} <- All],
    erlang:monotonic_time(nanosecond) - Start.

restarts(Count) ->
    {ok, Sup} = supervisor:start_link(?MODULE, {sup, self()}),
    receive {up, First} -> put(child, First) end,
    Time = timed(Count, fun() ->
        gen_server:cast(get(child), crash),
        receive {up, Next} -> put(child, Next) end
    end),
    exit(Sup, shutdown),
    receive {'EXIT', Sup, _} -> Time end.

timed(Count, Fun) ->
    Start = erlang:monotonic_time(nanosecond),
    repeat(Count, Fun),
    erlang:monotonic_time(nanosecond) - Start.

repeat(0, _) -> ok;
repeat(Count, Fun) ->
    Fun(),
    repeat(Count - 1, Fun).

echo(Whom) ->
    receive ping -> Whom ! pong end,
    echo(Whom).

start_link(Whom) -> gen_server:start_link(?MODULE, {child, Whom}, []).

init(echo) -> {ok, none};
init({child, Whom}) ->
    Whom ! {up, self()},
    {ok, none};
init({sup, Whom}) ->
    Flags = #{strategy => one_for_one, intensity => 1000, period => 1},
    {ok, {Flags, [#{id => child, start => {?MODULE, start_link, [Whom]}}]}}.

handle_call(ping, _From, State) -> {reply, pong, State}.

handle_cast(crash, _State) -> error(crash).
