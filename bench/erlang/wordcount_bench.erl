%% SPDX-License-Identifier: GPL-3.0-only
-module(wordcount_bench).
-export([main/0]).

words(0, _) -> [];
words(N, X0) ->
    X = X0 * 16807 rem 2147483647,
    [<<"w", (integer_to_binary(X div 65536 rem 20000))/binary>> | words(N - 1, X)].

main() ->
    Text = iolist_to_binary(lists:join(<<" ">>, words(1700000, 42))),
    Counts = lists:foldl(fun(W, M) -> maps:update_with(W, fun(C) -> C + 1 end, 1, M) end, #{},
                         binary:split(Text, <<" ">>, [global])),
    io:format("~b ~b ~b~n", [byte_size(Text), map_size(Counts), map_get(<<"w77">>, Counts)]).
