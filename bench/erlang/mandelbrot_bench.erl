%% SPDX-License-Identifier: GPL-3.0-only
-module(mandelbrot_bench).
-export([main/0]).

inside(_, _, _, _, 50) -> 1;
inside(Cr, Ci, Zr, Zi, I) ->
    Rr = Zr * Zr,
    Ii = Zi * Zi,
    case Rr + Ii > 4.0 of
        true -> 0;
        false -> inside(Cr, Ci, Rr - Ii + Cr, 2.0 * (Zr * Zi) + Ci, I + 1)
    end.

row(N, N, _, Total) -> Total;
row(X, N, Y, Total) ->
    row(X + 1, N, Y, Total + inside(2.0 * X / N - 1.5, 2.0 * Y / N - 1.0, 0.0, 0.0, 0)).

rows(N, N, Total) -> Total;
rows(Y, N, Total) -> rows(Y + 1, N, row(0, N, Y, Total)).

main() -> io:format("~b~n", [rows(0, 500, 0)]).
