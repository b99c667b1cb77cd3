%% SPDX-License-Identifier: GPL-3.0-only
-module(tables).
-export([main/1]).

report(What, N, F) ->
    Start = erlang:monotonic_time(nanosecond),
    F(0),
    io:format("~s ~p ~p~n", [What, N, (erlang:monotonic_time(nanosecond) - Start) div N]).

insert(_, N, N) -> ok;
insert(T, N, I) -> ets:insert(T, {(I * 7919) rem N, 0}), insert(T, N, I + 1).
lookup(_, N, N) -> ok;
lookup(T, N, I) -> ets:lookup(T, (I * 7919) rem N), lookup(T, N, I + 1).
count(_, N, N) -> ok;
count(T, N, I) -> ets:update_counter(T, (I * 7919) rem N, 1), count(T, N, I + 1).

run(Kind, N) ->
    T = ets:new(t, [Kind, public]),
    Name = atom_to_list(Kind),
    report(Name ++ " insert", N, fun(I) -> insert(T, N, I) end),
    report(Name ++ " lookup", N, fun(I) -> lookup(T, N, I) end),
    report(Name ++ " update-counter", N, fun(I) -> count(T, N, I) end),
    io:format("~s bytes ~p~n", [Name, ets:info(T, memory) * 8 div N]),
    ets:delete(T).

main(_) -> [begin run(set, N), run(ordered_set, N) end || N <- [100000, 1000000]], halt().
