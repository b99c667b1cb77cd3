%% SPDX-License-Identifier: GPL-3.0-only
%% sequences.erl: what sequences.cljc does, as Erlang has it: strict lists in place of lazy sequences, maps, binaries. Milliseconds, the best of
%% some runs. What has no like there (an unchunked lazy sequence, the reader of its values) is left out.
-module(sequences).
-export([main/0]).

-define(N, 1000000).
-define(RUNS, 5).

main() ->
    Numbers = lists:seq(0, ?N - 1),
    Mixed = shuffled(?N),
    Words = [<<"word", (integer_to_binary(X rem 5000))/binary>> || X <- shuffled(200000)],
    Text = iolist_to_binary(lists:join(<<" ">>, Words)),
    People = [#{id => I, name => <<"name", (integer_to_binary(I rem 977))/binary>>, age => I rem 90,
                tags => [a, case I rem 2 of 0 -> b; 1 -> c end]} || I <- lists:seq(0, 19999)],
    Even = fun(X) -> X rem 2 =:= 0 end,
    [report(Name, F) || {Name, F} <- [
        {"reduce-range", fun() -> sum_range(0, ?N, 0) end},
        {"reduce-vector", fun() -> lists:foldl(fun(X, S) -> X + S end, 0, Numbers) end},
        {"lazy-pipeline", fun() -> lists:foldl(fun(X, S) -> X + S end, 0, [X + 1 || X <- lists:seq(0, ?N - 1), X rem 2 =:= 0]) end},
        {"lazy-long-pipeline", fun() ->
            length(lists:takewhile(fun(X) -> X =/= undefined end,
                [X * 2 || X <- [Y + 1 || Y <- lists:nthtail(10, Numbers)], X rem 2 =:= 0])) end},
        {"into-vector", fun() -> length(lists:filter(Even, lists:map(fun(X) -> X + 1 end, Numbers))) end},
        {"mapv", fun() -> length(lists:map(fun(X) -> X + 1 end, Numbers)) end},
        {"mapcat", fun() -> length(lists:flatmap(fun(X) -> [X, X] end, Numbers)) end},
        {"for", fun() -> length([{X, Y} || X <- lists:seq(0, 999), Y <- lists:seq(0, 499), Y rem 2 =:= 0]) end},
        {"partition-all", fun() -> length(parts(5, Numbers)) end},
        {"loop-destructuring", fun() -> lists:foldl(fun({A, B}, S) -> S + A + B end, 0, lists:zip(Numbers, Mixed)) end},
        {"sort-numbers", fun() -> length(lists:sort(Mixed)) end},
        {"sort-by-key", fun() -> length([P || {_, P} <- lists:keysort(1, [{maps:get(name, P), P} || P <- People])]) end},
        {"sort-comparator", fun() -> length(lists:sort(fun(A, B) -> A >= B end, Mixed)) end},
        {"group-by", fun() -> maps:size(lists:foldl(fun(X, M) ->
            maps:update_with(X rem 1000, fun(L) -> [X | L] end, [X], M) end, #{}, Mixed)) end},
        {"frequencies-words", fun() -> maps:size(lists:foldl(fun(W, M) -> maps:update_with(W, fun(C) -> C + 1 end, 1, M) end, #{}, Words)) end},
        {"update-map", fun() -> maps:size(lists:foldl(fun(W, M) -> M#{W => maps:get(W, M, 0) + 1} end, #{}, Words)) end},
        {"update-in-nested", fun() -> maps:size(lists:foldl(fun(#{name := Name, age := Age}, M) ->
            Inner = maps:get(Name, M, #{}), M#{Name => Inner#{ages => [Age | maps:get(ages, Inner, [])]}} end, #{}, People)) end},
        {"sorted-map", fun() -> gb_trees:size(lists:foldl(fun(X, T) -> gb_trees:enter(X, X, T) end, gb_trees:empty(), lists:sublist(Mixed, 200000))) end},
        {"set-of-numbers", fun() -> maps:size(maps:from_keys(Mixed, true)) end},
        {"string-join", fun() -> byte_size(iolist_to_binary(lists:join(<<",">>, Words))) end},
        {"string-split", fun() -> length(binary:split(Text, <<" ">>, [global])) end},
        {"string-replace", fun() -> byte_size(binary:replace(Text, <<"word1">>, <<"WORD">>, [global])) end},
        {"string-replace-regex", fun() -> byte_size(re:replace(Text, <<"d(\\d)">>, <<"<\\1>">>, [global, {return, binary}])) end},
        {"string-case", fun() -> byte_size(string:uppercase(Text)) end},
        {"string-scan", fun() -> scan(Text, 0) end},
        {"apply-str", fun() -> byte_size(iolist_to_binary([integer_to_binary(X) || X <- lists:sublist(Numbers, 200000)])) end},
        {"pr-str", fun() -> byte_size(iolist_to_binary(io_lib:format("~p", [People]))) end}]],
    ok.

%% The numbers below N in an order that looks random, as in sequences.cljc.
shuffled(N) -> [(X * 1103515245 + 12345) rem 1000003 || X <- lists:seq(0, N - 1)].

sum_range(N, N, S) -> S;
sum_range(I, N, S) -> sum_range(I + 1, N, S + I).

parts(_, []) -> [];
parts(5, [A, B, C, D, E | Rest]) -> [[A, B, C, D, E] | parts(5, Rest)];
parts(_, Rest) -> [Rest].

scan(<<$d, Rest/binary>>, S) -> scan(Rest, S + 1);
scan(<<_/utf8, Rest/binary>>, S) -> scan(Rest, S);
scan(<<>>, S) -> S.

report(Name, F) ->
    Best = lists:min([time(F) || _ <- lists:seq(1, ?RUNS)]),
    io:format("~s ~.2f~n", [Name, Best / 1.0e6]).

%% Each run in a process of its own, as its users measure: garbage of the one before is not collected in it.
time(F) ->
    Self = self(),
    spawn_link(fun() ->
        Start = erlang:monotonic_time(nanosecond),
        F(),
        Self ! {time, erlang:monotonic_time(nanosecond) - Start}
    end),
    receive {time, T} -> T end.
