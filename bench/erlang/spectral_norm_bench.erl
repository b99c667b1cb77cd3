%% SPDX-License-Identifier: GPL-3.0-only
-module(spectral_norm_bench).
-export([main/0]).

a(I, J) -> 1.0 / ((I + J) * (I + J + 1) div 2 + I + 1).

times(V, N, Transposed) -> times(0, V, N, Transposed).

times(N, _, N, _) -> [];
times(I, V, N, false) -> [row(V, I, 0, 0.0) | times(I + 1, V, N, false)];
times(I, V, N, true) -> [column(V, I, 0, 0.0) | times(I + 1, V, N, true)].

row([], _, _, Sum) -> Sum;
row([X | V], I, J, Sum) -> row(V, I, J + 1, Sum + a(I, J) * X).

column([], _, _, Sum) -> Sum;
column([X | V], I, J, Sum) -> column(V, I, J + 1, Sum + a(J, I) * X).

at_a(V, N) -> times(times(V, N, false), N, true).

run(0, U, V, _) -> {U, V};
run(I, U, _, N) ->
    V = at_a(U, N),
    run(I - 1, at_a(V, N), V, N).

main() ->
    N = 500,
    {U, V} = run(10, lists:duplicate(N, 1.0), [], N),
    Dot = fun(A, B) -> lists:sum(lists:zipwith(fun(X, Y) -> X * Y end, A, B)) end,
    io:format("~.9f~n", [math:sqrt(Dot(U, V) / Dot(V, V))]).
