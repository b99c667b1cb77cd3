%% SPDX-License-Identifier: GPL-3.0-only
%% Permutations are lists; the counts are a tuple.
-module(fannkuch_bench).
-export([main/0]).

count_flips([0 | _], Count) -> Count;
count_flips([F | _] = P, Count) -> count_flips(flip(F + 1, P, []), Count + 1).

flip(0, Rest, Turned) -> Turned ++ Rest;
flip(N, [X | Rest], Turned) -> flip(N - 1, Rest, [X | Turned]).

rotate([First | Rest], R) -> insert(R, First, Rest).

insert(0, X, Rest) -> [X | Rest];
insert(R, X, [Y | Rest]) -> [Y | insert(R - 1, X, Rest)].

next_permutation(N, N, _, _) -> done;
next_permutation(R, N, Perm, Counts) ->
    Rotated = rotate(Perm, R),
    case element(R + 1, Counts) - 1 of
        0 -> next_permutation(R + 1, N, Rotated, setelement(R + 1, Counts, R + 1));
        C -> {Rotated, setelement(R + 1, Counts, C)}
    end.

run(N, Perm, Counts, Checksum, MaxFlips, Sign) ->
    F = count_flips(Perm, 0),
    NewChecksum = Checksum + Sign * F,
    NewMax = max(F, MaxFlips),
    case next_permutation(1, N, Perm, Counts) of
        done -> {NewChecksum, NewMax};
        {NewPerm, NewCounts} -> run(N, NewPerm, NewCounts, NewChecksum, NewMax, -Sign)
    end.

main() ->
    N = 9,
    {Checksum, MaxFlips} = run(N, lists:seq(0, N - 1), list_to_tuple(lists:seq(1, N)), 0, 0, 1),
    io:format("~b ~b~n", [Checksum, MaxFlips]).
