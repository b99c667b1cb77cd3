%% SPDX-License-Identifier: GPL-3.0-only
-module(nqueens_bench).
-export([main/0]).

safe(_, _, []) -> true;
safe(Queen, Distance, [Q | _]) when Q =:= Queen; Q =:= Queen + Distance; Q =:= Queen - Distance -> false;
safe(Queen, Distance, [_ | Placed]) -> safe(Queen, Distance + 1, Placed).

place(N, N, _) -> 1;
place(Row, N, Placed) -> place(Row, N, Placed, 0, 0).

place(_, N, _, N, Ways) -> Ways;
place(Row, N, Placed, Column, Ways) ->
    case safe(Column, 1, Placed) of
        true -> place(Row, N, Placed, Column + 1, Ways + place(Row + 1, N, [Column | Placed]));
        false -> place(Row, N, Placed, Column + 1, Ways)
    end.

main() -> io:format("~b~n", [place(0, 11, [])]).
