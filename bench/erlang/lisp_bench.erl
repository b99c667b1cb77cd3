%% SPDX-License-Identifier: GPL-3.0-only
%% Symbols are atoms, forms are lists, environments are lists of pairs; the globals are handed along.
-module(lisp_bench).
-export([main/0]).

look_up(Name, [{Name, Value} | _], _) -> Value;
look_up(Name, [_ | Env], Globals) -> look_up(Name, Env, Globals);
look_up(Name, [], Globals) -> map_get(Name, Globals).

bind([P | Params], [A | Args], Env) -> bind(Params, Args, [{P, A} | Env]);
bind([], [], Env) -> Env.

evaluate_all([Form | Forms], Env, Globals) -> [evaluate(Form, Env, Globals) | evaluate_all(Forms, Env, Globals)];
evaluate_all([], _, _) -> [].

invoke({Params, Body, Env}, Args, Globals) -> evaluate(Body, bind(Params, Args, Env), Globals);
invoke(F, Args, _) -> F(Args).

evaluate(Form, _, _) when is_number(Form) -> Form;
evaluate(Form, Env, Globals) when is_atom(Form) -> look_up(Form, Env, Globals);
evaluate(['if', Test, Then, Else], Env, Globals) ->
    case evaluate(Test, Env, Globals) of
        false -> evaluate(Else, Env, Globals);
        _ -> evaluate(Then, Env, Globals)
    end;
evaluate([lambda, Params, Body], Env, _) -> {Params, Body, Env};
evaluate([Head | Args], Env, Globals) ->
    invoke(evaluate(Head, Env, Globals), evaluate_all(Args, Env, Globals), Globals).

define(Name, Form, Globals) -> Globals#{Name => evaluate(Form, [], Globals)}.

main() ->
    Primitives = #{'+' => fun([A, B]) -> A + B end,
                   '-' => fun([A, B]) -> A - B end,
                   '<' => fun([A, B]) -> A < B end},
    Globals = define(fib, [lambda, [n],
                           ['if', ['<', n, 2], n,
                            ['+', [fib, ['-', n, 1]], [fib, ['-', n, 2]]]]], Primitives),
    io:format("~b~n", [evaluate([fib, 26], [], Globals)]).
