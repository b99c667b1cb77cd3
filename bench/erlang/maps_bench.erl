%% SPDX-License-Identifier: GPL-3.0-only
-module(maps_bench).
-export([main/0]).

build(N, N, M) -> M;
build(I, N, M) -> build(I + 1, N, M#{I * 7 => I}).

sum(N, N, _, S) -> S;
sum(I, N, M, S) -> sum(I + 1, N, M, S + map_get(I * 7, M)).

bump(N, N, M) -> M;
bump(I, N, M) ->
    K = I * 7,
    bump(I + 1, N, M#{K := map_get(K, M) + 1}).

rounds(0, _, S) -> S;
rounds(R, N, S) -> rounds(R - 1, N, S + sum(0, N, bump(0, N, build(0, N, #{})), 0)).

main() ->
    [io:format("~b ~b~n", [N, rounds(1000000 div N, N, 0)]) || N <- [10, 1000, 100000, 1000000]].
