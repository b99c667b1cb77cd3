%% SPDX-License-Identifier: GPL-3.0-only
-module(tak_bench).
-export([main/0]).

tak(X, Y, Z) when Y < X -> tak(tak(X - 1, Y, Z), tak(Y - 1, Z, X), tak(Z - 1, X, Y));
tak(_, _, Z) -> Z.

repeat(0, R) -> R;
repeat(N, _) -> repeat(N - 1, tak(24, 16, 8)).

main() -> io:format("~b~n", [repeat(8, 0)]).
