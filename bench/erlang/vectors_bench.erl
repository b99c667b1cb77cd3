%% SPDX-License-Identifier: GPL-3.0-only
-module(vectors_bench).
-export([main/0]).

build(N, N, V) -> V;
build(I, N, V) -> build(I + 1, N, array:set(I, I, V)).

sum(N, N, _, S) -> S;
sum(I, N, V, S) -> sum(I + 1, N, V, S + array:get(I, V)).

bump(N, N, V) -> V;
bump(I, N, V) -> bump(I + 1, N, array:set(I, array:get(I, V) + 1, V)).

rounds(0, _, S) -> S;
rounds(R, N, S) -> rounds(R - 1, N, S + sum(0, N, bump(0, N, build(0, N, array:new())), 0)).

main() ->
    [io:format("~b ~b~n", [N, rounds(1000000 div N, N, 0)]) || N <- [10, 1000, 100000, 1000000]].
