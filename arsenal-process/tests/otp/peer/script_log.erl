%% The log of one script: who started, who ended and why, in one order.
%%
%% A process is written as its path and incarnation, `/a/b#2`. Every process announces itself
%% with a call from its own `init`, so it is monitored before anything can end it, and its end
%% stands in the log with the true reason.
-module(script_log).

-export([start/0, take/1]).
-export([starting/2, started/1, refused/2, event/1, flags/1, change/2]).
-export([count/0, live/0, pid_of/1, label/1]).

-record(log, {events = [],      % newest first
              count = 0,
              incarnations = #{}, % path => how many started so far
              pids = #{},         % path => the newest pid
              labels = #{},       % pid => label, of the ended too
              monitors = #{},     % pid => {reference, worker | supervisor}
              flags = #{}}).      % pid => supervisor flags that replace the first ones

start() ->
    Log = spawn(fun() -> loop(#log{}) end),
    true = register(?MODULE, Log),
    Log.

%% Ends the log and gives its lines, oldest first, and who still lives.
take(Log) ->
    Ref = monitor(process, Log),
    Taken = call(take),
    receive {'DOWN', Ref, process, Log, _} -> Taken end.

%% The calling process is in its `init`; the answer is its incarnation.
starting(Path, Kind) -> call({starting, Path, Kind, self()}).

started(Label) -> call({event, ["started ", Label]}).

%% The calling process will not start: its end is no news.
refused(Label, How) -> call({refused, self(), [How, $\s, Label]}).

event(Line) -> call({event, Line}).

flags(Pid) -> call({flags, Pid}).

change(Pid, Flags) -> call({change, Pid, Flags}).

%% How much has happened: what did not change between two looks is still.
count() -> call(count).

live() -> call(live).

pid_of(Path) -> call({pid_of, Path}).

label(Pid) -> call({label, Pid}).

call(Request) ->
    Ref = make_ref(),
    ?MODULE ! {Request, self(), Ref},
    receive {Ref, Answer} -> Answer end.

loop(Log) ->
    receive
        {take, From, Ref} ->
            unregister(?MODULE),
            Lines = lists:reverse(Log#log.events),
            Left = [{Pid, maps:get(Pid, Log#log.labels)} || Pid <- maps:keys(Log#log.monitors)],
            From ! {Ref, {Lines, Left}};
        {Request, From, Ref} ->
            {Answer, Next} = answer(Request, Log),
            From ! {Ref, Answer},
            loop(Next);
        {'DOWN', _, process, Pid, Reason} ->
            Label = maps:get(Pid, Log#log.labels),
            Line = ["down ", Label, $\s, script_text:reason(Reason)],
            Monitors = maps:remove(Pid, Log#log.monitors),
            loop(note(Line, Log#log{monitors = Monitors}))
    end.

answer({starting, Path, Kind, Pid}, Log) ->
    Incarnation = maps:get(Path, Log#log.incarnations, 0) + 1,
    Label = [script_text:path(Path), $#, integer_to_list(Incarnation)],
    Known = Log#log{
        incarnations = (Log#log.incarnations)#{Path => Incarnation},
        pids = (Log#log.pids)#{Path => Pid},
        labels = (Log#log.labels)#{Pid => Label},
        monitors = (Log#log.monitors)#{Pid => {monitor(process, Pid), Kind}}},
    {{Incarnation, Label}, note(["starting ", Label], Known)};
answer({refused, Pid, Line}, Log) ->
    {Ref, _} = maps:get(Pid, Log#log.monitors),
    demonitor(Ref, [flush]),
    {ok, note(Line, Log#log{monitors = maps:remove(Pid, Log#log.monitors)})};
answer({event, Line}, Log) -> {ok, note(Line, Log)};
answer({flags, Pid}, Log) -> {maps:find(Pid, Log#log.flags), Log};
answer({change, Pid, Flags}, Log) -> {ok, Log#log{flags = (Log#log.flags)#{Pid => Flags}}};
answer(count, Log) -> {Log#log.count, Log};
answer(live, Log) -> {[{Pid, Kind} || {Pid, {_, Kind}} <- maps:to_list(Log#log.monitors)], Log};
answer({pid_of, Path}, Log) -> {maps:find(Path, Log#log.pids), Log};
answer({label, Pid}, Log) -> {maps:get(Pid, Log#log.labels, "outside"), Log}.

note(Line, Log) ->
    Log#log{events = [Line | Log#log.events], count = Log#log.count + 1}.
