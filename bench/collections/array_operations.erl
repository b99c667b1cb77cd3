%% SPDX-License-Identifier: GPL-3.0-only
%% Nanoseconds of one operation on arrays of 10 to 1,000,000 elements: the best of 5 times a million operations.
-module(array_operations).
-export([main/0]).

build(N) -> build(0, N, array:new()).
build(N, N, V) -> V;
build(I, N, V) -> build(I + 1, N, array:set(I, I, V)).

sum(N, N, _, S) -> S;
sum(I, N, V, S) -> sum(I + 1, N, V, S + array:get(I, V)).

bump(N, N, V) -> V;
bump(I, N, V) -> bump(I + 1, N, array:set(I, I, V)).

clear(0, V) -> V;
clear(I, V) -> clear(I - 1, array:resize(I - 1, V)).

repeat(_, 0) -> ok;
repeat(F, Rounds) ->
    F(),
    repeat(F, Rounds - 1).

best(F, N) ->
    Rounds = 1000000 div N,
    Times = [begin
                 Start = erlang:monotonic_time(nanosecond),
                 repeat(F, Rounds),
                 erlang:monotonic_time(nanosecond) - Start
             end || _ <- lists:seq(1, 5)],
    lists:min(Times) div (Rounds * N).

report(Name, F, N) -> io:format("~s ~b ~b~n", [Name, N, best(F, N)]).

main() ->
    [begin
         V = build(N),
         report("add", fun() -> build(N) end, N),
         report("get", fun() -> sum(0, N, V, 0) end, N),
         report("replace", fun() -> bump(0, N, V) end, N),
         report("remove", fun() -> clear(N, V) end, N),
         report("reduce", fun() -> array:foldl(fun(_, X, S) -> S + X end, 0, V) end, N)
     end || N <- [10, 100, 1000, 10000, 100000, 1000000]].
