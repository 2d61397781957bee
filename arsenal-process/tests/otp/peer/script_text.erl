%% How paths and reasons are written in the log: what both sides agree on.
-module(script_text).

-export([path/1, reason/1, error/1]).

path([]) -> "/";
path(Path) -> [[$/, id(Id)] || Id <- Path].

id(Id) when is_atom(Id) -> atom_to_list(Id);
id(Key) when is_integer(Key) -> integer_to_list(Key).

reason(Reason) when is_atom(Reason) -> atom_to_list(Reason);
reason({shutdown, {failed_to_start_child, _, _}}) -> "start_failed";
reason({start_spec, _}) -> "bad_specification";
reason({shutdown, Value}) when is_atom(Value) -> ["shutdown:", atom_to_list(Value)];
reason({boom, Stack}) when is_list(Stack) -> "panic";
reason(Other) -> io_lib:format("unexpected:~0p", [Other]).

%% The error of a supervisor's answer. OTP wraps the causes of a failed start in many ways;
%% what is promised is that the start failed.
error(not_found) -> "not_found";
error(running) -> "running";
error(restarting) -> "restarting";
error(already_present) -> "already_present";
error(simple_one_for_one) -> "simple_one_for_one";
error({already_started, _}) -> "already_started";
error({bad_combination, _}) -> "bad_specification";
error({start_spec, _}) -> "bad_specification";
error({duplicate_child_name, _}) -> "bad_specification";
error(_) -> "start_failed".
