%% A worker of a script: does what it is told, and logs what happens to it.
-module(script_worker).
-behaviour(gen_server).

-export([start/2, start_link/2]).
-export([init/1, handle_call/3, handle_cast/2, handle_info/2, terminate/2]).

-record(worker, {label, stuck, monitors = []}).

start_link(Path, {worker, none, _, _, _} = Worker) ->
    gen_server:start_link(?MODULE, {Path, Worker}, []);
start_link(Path, {worker, Name, _, _, _} = Worker) ->
    gen_server:start_link({local, Name}, ?MODULE, {Path, Worker}, []).

%% Unsupervised, and linked to nobody.
start(Path, Worker) -> gen_server:start(?MODULE, {Path, Worker}, []).

init({Path, {worker, _Name, Traps, Stuck, Starts}}) ->
    {Incarnation, Label} = script_log:starting(Path, worker),
    process_flag(trap_exit, Traps),
    case start_action(Incarnation, Starts) of
        ok ->
            script_log:started(Label),
            {ok, #worker{label = Label, stuck = Stuck}};
        fail ->
            script_log:refused(Label, "failed"),
            {stop, failed};
        panic ->
            script_log:refused(Label, "failed"),
            error(boom);
        ignore ->
            script_log:refused(Label, "ignored"),
            ignore
    end.

start_action(Incarnation, Starts) when Incarnation =< length(Starts) ->
    lists:nth(Incarnation, Starts);
start_action(_, _) -> ok.

handle_call(ping, _From, Worker) -> {reply, Worker#worker.label, Worker};
handle_call({register, Name}, _From, Worker) ->
    {reply, try register(Name, self()) of true -> "ok" catch error:badarg -> "taken" end, Worker};
handle_call({unregister, Name}, _From, Worker) ->
    {reply, try unregister(Name) of true -> "ok" catch error:badarg -> "not_found" end, Worker}.

handle_cast({stop, Reason}, Worker) -> {stop, Reason, Worker};
handle_cast(panic, _Worker) -> error(boom);
handle_cast({link, Pid}, Worker) ->
    %% OTP raises an error here where it can tell at once (a local pid, and exits not trapped), and
    %% sends the signal otherwise. The signal is the meaning.
    try link(Pid) catch error:noproc -> exit(self(), noproc) end,
    {noreply, Worker};
handle_cast({unlink, Pid}, Worker) ->
    unlink(Pid),
    {noreply, Worker};
handle_cast({monitor, Pid}, Worker) ->
    Monitors = [{Pid, monitor(process, Pid)} | Worker#worker.monitors],
    {noreply, Worker#worker{monitors = Monitors}};
handle_cast({demonitor, Pid}, #worker{monitors = Monitors} = Worker) ->
    case lists:keytake(Pid, 1, Monitors) of
        {value, {Pid, Ref}, Rest} ->
            demonitor(Ref, [flush]),
            {noreply, Worker#worker{monitors = Rest}};
        false ->
            {noreply, Worker}
    end.

handle_info({'EXIT', From, Reason}, Worker) ->
    got("exit", From, Reason, Worker),
    {noreply, Worker};
handle_info({'DOWN', Ref, process, From, Reason}, #worker{monitors = Monitors} = Worker) ->
    got("down", From, Reason, Worker),
    {noreply, Worker#worker{monitors = lists:keydelete(Ref, 2, Monitors)}}.

got(What, From, Reason, #worker{label = Label}) ->
    Whom = script_log:label(From),
    script_log:event(["got ", Label, $\s, What, $\s, Whom, $\s, script_text:reason(Reason)]).

terminate(Reason, #worker{label = Label, stuck = Stuck}) ->
    script_log:event(["terminating ", Label, $\s, script_text:reason(Reason)]),
    Stuck andalso hang(),
    script_log:event(["terminated ", Label]).

hang() -> receive never -> ok end.
