%% SPDX-License-Identifier: GPL-3.0-only
-module(sort_bench).
-export([main/0]).

numbers(0, _) -> [];
numbers(N, X) -> [X | numbers(N - 1, X * 16807 rem 2147483647)].

main() ->
    L = numbers(300000, 42),
    A = list_to_tuple(lists:sort(L)),
    B = list_to_tuple(lists:sort(fun(X, Y) -> X >= Y end, L)),
    io:format("~b ~b ~b ~b~n", [element(1, A), element(300000, A), element(1, B), element(300000, B)]).
