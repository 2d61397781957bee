%% A supervisor of a script, and the child specifications of its children.
-module(script_sup).
-behaviour(supervisor).

-export([start_link/2, start_link/3, init/1, spec/2]).

start_link(Path, Sup) -> supervisor:start_link(?MODULE, {Path, Sup}).

%% For the child of a simple_one_for_one supervisor: `Key` comes from start_child.
start_link(Path, Node, Key) -> start_node(Path ++ [Key], Node).

%% Runs at the start, and again at a change of flags (as a code change): then only the template
%% of dynamic children is given, which leaves all children as they are.
init({Path, {sup, First, _, _, _, _} = Sup}) ->
    case script_log:flags(self()) of
        {ok, Flags} when First =:= simple_one_for_one -> {ok, {Flags, specs(Path, Sup)}};
        {ok, Flags} -> {ok, {Flags, []}};
        error ->
            Specs = specs(Path, Sup),
            #{auto_shutdown := Auto} = Flags = flags(Sup),
            %% One that is specified wrongly never runs.
            _ = supervisor:check_childspecs(Specs, Auto) =:= ok
                andalso script_log:starting(Path, supervisor),
            {ok, {Flags, Specs}}
    end.

flags({sup, Strategy, Intensity, Period, Auto, _}) ->
    #{strategy => Strategy, intensity => Intensity, period => Period, auto_shutdown => Auto}.

specs(Path, {sup, simple_one_for_one, _, _, _, [Child]}) ->
    {Id, Restart, Shutdown, Significant, Node} = Child,
    [#{id => Id, restart => Restart, shutdown => Shutdown, significant => Significant,
       type => type(Node), start => {?MODULE, start_link, [Path, Node]}}];
specs(Path, {sup, _, _, _, _, Children}) ->
    [spec(Path, Child) || Child <- Children].

spec(Path, {Id, Restart, Shutdown, Significant, Node}) ->
    #{id => Id, restart => Restart, shutdown => Shutdown, significant => Significant,
      type => type(Node), start => start(Path ++ [Id], Node)}.

type({sup, _, _, _, _, _}) -> supervisor;
type({worker, _, _, _, _}) -> worker.

start(Path, {sup, _, _, _, _, _} = Sup) -> {?MODULE, start_link, [Path, Sup]};
start(Path, Worker) -> {script_worker, start_link, [Path, Worker]}.

start_node(Path, Node) ->
    {M, F, A} = start(Path, Node),
    apply(M, F, A).
