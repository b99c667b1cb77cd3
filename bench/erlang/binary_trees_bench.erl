%% SPDX-License-Identifier: GPL-3.0-only
-module(binary_trees_bench).
-export([main/0, leaf/1]).

%% A leaf is made anew each time. Were leaf/1 not exported, the compiler would make it a constant.
leaf(X) -> {X, X}.

make(0) -> leaf(nil);
make(Depth) -> {make(Depth - 1), make(Depth - 1)}.

check({nil, _}) -> 1;
check({Left, Right}) -> 1 + check(Left) + check(Right).

sum(0, _, Sum) -> Sum;
sum(I, Depth, Sum) -> sum(I - 1, Depth, Sum + check(make(Depth))).

depths(Depth, N) when Depth > N -> ok;
depths(Depth, N) ->
    Iterations = 1 bsl (N - Depth + 4),
    io:format("~b ~b ~b~n", [Iterations, Depth, sum(Iterations, Depth, 0)]),
    depths(Depth + 2, N).

main() ->
    N = 16,
    LongLived = make(N),
    depths(4, N),
    io:format("~b~n", [check(LongLived)]).
