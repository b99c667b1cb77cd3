%% SPDX-License-Identifier: GPL-3.0-only
-module(strings_bench).
-export([main/0]).

main() ->
    Text = iolist_to_binary(lists:join(" ", [integer_to_binary(I) || I <- lists:seq(0, 299999)])),
    Parts = binary:split(Text, <<" ">>, [global]),
    Sum = lists:foldl(fun(P, S) -> S + binary_to_integer(P) end, 0, Parts),
    io:format("~b ~b~n", [byte_size(Text), Sum]),
    Replaced = binary:replace(string:uppercase(Text), <<"99">>, <<"ninety-nine">>, [global]),
    io:format("~b~n", [byte_size(Replaced)]).
