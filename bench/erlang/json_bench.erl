%% SPDX-License-Identifier: GPL-3.0-only
%% Parsing is matching on a binary; a text is a part of it.
-module(json_bench).
-export([main/0]).

white(<<C, Rest/binary>>) when C =:= $\s; C =:= $\n -> white(Rest);
white(S) -> S.

text(S) -> text(S, S, 0).

text(S, <<$", Rest/binary>>, Length) -> {binary_part(S, 0, Length), Rest};
text(S, <<_, Rest/binary>>, Length) -> text(S, Rest, Length + 1).

number(S) -> number(S, S, 0).

number(S, <<C, Rest/binary>>, Length) when C >= $0, C =< $9; C =:= $- -> number(S, Rest, Length + 1);
number(S, Rest, Length) -> {binary_to_integer(binary_part(S, 0, Length)), Rest}.

array(S, Out) ->
    {V, Rest} = value(S),
    case white(Rest) of
        <<$,, More/binary>> -> array(More, [V | Out]);
        <<_, More/binary>> -> {lists:reverse([V | Out]), More}
    end.

object(S, Out) ->
    <<_, Name/binary>> = white(S),
    {K, Rest} = text(Name),
    <<_, Value/binary>> = white(Rest),
    {V, Rest2} = value(Value),
    case white(Rest2) of
        <<$,, More/binary>> -> object(More, Out#{K => V});
        <<_, More/binary>> -> {Out#{K => V}, More}
    end.

value(S0) ->
    case white(S0) of
        <<$", S/binary>> -> text(S);
        <<$[, S0a/binary>> ->
            case white(S0a) of
                <<$], S/binary>> -> {[], S};
                S -> array(S, [])
            end;
        <<${, S0a/binary>> ->
            case white(S0a) of
                <<$}, S/binary>> -> {#{}, S};
                S -> object(S, #{})
            end;
        S -> number(S)
    end.

record(I) ->
    N = integer_to_list(I),
    ["{\"id\": ", N, ", \"name\": \"item ", N, "\", \"tags\": [1, 2, ", N, "], \"in\": {\"x\": -5}}"].

main() ->
    Text = iolist_to_binary(["[", lists:join(",\n", [record(I) || I <- lists:seq(0, 39999)]), "]"]),
    {V, _} = value(Text),
    io:format("~b ~b ~s~n", [byte_size(Text), length(V), map_get(<<"name">>, lists:nth(778, V))]).
