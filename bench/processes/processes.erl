% SPDX-License-Identifier: GPL-3.0-only
% processes:main(): the programs of processes.lona-s, called as `erl ... -extra NAME SIZE`.
-module(processes).
-behaviour(gen_server).
-export([main/0, grow/2, init/1, handle_call/3, handle_cast/2]).

main() ->
    [Name, Size] = init:get_plain_arguments(),
    io:format("~w~n", [program(Name, list_to_integer(Size))]),
    erlang:halt(0).

program("idle", N) -> idle(N);
program("idle-server", N) -> idle_server(N);
program("called-server", N) -> called_server(N);
program("spawn-live", N) -> spawn_live(N);
program("live", N) -> live(N);
program("spawn-exit", N) -> spawn_exit(N);
program("spawn-tree", N) -> spawn_tree(N);
program("ping-pong", N) -> ping_pong(N);
program("ring", N) -> ring(N);
program("many-to-one", N) -> many_to_one(N);
program("call-full-mailbox", N) -> call_full_mailbox(N);
program("timers", N) -> timers(N);
program("monitors", N) -> monitors(N);
program("map-churn", N) -> map_churn(N).

milliseconds(F) ->
    Start = erlang:monotonic_time(nanosecond),
    F(),
    (erlang:monotonic_time(nanosecond) - Start) div 1000000.
resident() ->
    {ok, Text} = file:read_file("/proc/self/statm"),
    [_, Pages | _] = binary:split(Text, <<" ">>, [global]),
    binary_to_integer(Pages) * 4096.

times(0, _) -> ok;
times(N, F) -> F(), times(N - 1, F).
take_messages(0) -> ok;
take_messages(N) -> receive _ -> take_messages(N - 1) end.
wait() -> receive stop -> ok end.

bytes_each(N, Start) ->
    Before = resident(),
    times(N, Start),
    timer:sleep(2000),
    (resident() - Before) div N.
idle(N) ->
    bytes_each(N, fun() -> spawn(fun() -> receive stop -> ok end end) end).
init(Name) -> {ok, #{name => Name}}.
handle_call(K, _, State) -> {reply, maps:get(K, State), State}.
handle_cast(_, State) -> {noreply, State}.
idle_server(N) ->
    bytes_each(N, fun() -> gen_server:start(?MODULE, idle, []) end).
called_server(N) ->
    bytes_each(N, fun() ->
        {ok, P} = gen_server:start(?MODULE, idle, []),
        gen_server:call(P, name),
        gen_server:call(P, name)
    end).

spawn_live(N) -> milliseconds(fun() -> times(N, fun() -> spawn(fun wait/0) end) end).
live(N) ->
    times(N, fun() -> spawn(fun wait/0) end),
    resident() div N.
spawn_exit(N) ->
    milliseconds(fun() -> times(N, fun() ->
        {_, Ref} = spawn_monitor(fun() -> ok end),
        receive {'DOWN', Ref, _, _, _} -> ok end
    end) end).
grow(Depth, Parent) when Depth > 0 ->
    Me = self(),
    spawn(fun() -> grow(Depth - 1, Me) end),
    spawn(fun() -> grow(Depth - 1, Me) end),
    take_messages(2),
    Parent ! done;
grow(_, Parent) -> Parent ! done.
spawn_tree(Depth) ->
    Me = self(),
    milliseconds(fun() -> spawn(fun() -> grow(Depth, Me) end), take_messages(1) end).

echo() -> receive {ping, From} -> From ! pong, echo(); stop -> ok end.
ping_pong(N) ->
    P = spawn(fun echo/0),
    Me = self(),
    milliseconds(fun() -> times(N, fun() -> P ! {ping, Me}, receive pong -> ok end end) end).
member(Next) -> receive 0 -> Next ! 0; N -> Next ! N - 1, member(Next) end.
close_ring(First) -> receive 0 -> First ! 0; N -> First ! N - 1, close_ring(First) end.
ring(N) ->
    First = lists:foldl(fun(_, Next) -> spawn(fun() -> member(Next) end) end, self(), lists:seq(1, 999)),
    milliseconds(fun() -> First ! 1000 * N, close_ring(First) end).
many_to_one(N) ->
    Me = self(),
    Each = N div 16,
    milliseconds(fun() ->
        times(16, fun() -> spawn(fun() -> times(Each, fun() -> Me ! {item, 1} end) end) end),
        take_messages(16 * Each)
    end).
answer() -> receive {call, {From, Ref}, X} -> From ! {Ref, X}, answer() end.
call(P, Request) ->
    Ref = erlang:monitor(process, P),
    P ! {call, {self(), Ref}, Request},
    receive
        {Ref, Answer} -> erlang:demonitor(Ref, [flush]), Answer;
        {'DOWN', Ref, _, _, Reason} -> exit(Reason)
    after 5000 -> exit(timeout)
    end.
call_full_mailbox(N) ->
    P = spawn(fun answer/0),
    Me = self(),
    times(N, fun() -> Me ! noise end),
    milliseconds(fun() -> times(10000, fun() -> call(P, 1) end) end).

start_timers(0, Refs) -> Refs;
start_timers(N, Refs) -> start_timers(N - 1, [erlang:send_after(600000, self(), late) | Refs]).
timers(N) ->
    milliseconds(fun() -> lists:foreach(fun erlang:cancel_timer/1, start_timers(N, [])) end).
monitors(N) ->
    P = spawn(fun wait/0),
    milliseconds(fun() -> times(N, fun() -> erlang:monitor(process, P) end), P ! stop, take_messages(N) end).
churn(N, N, _, _) -> ok;
churn(I, N, Live, M) -> churn(I + 1, N, Live, M#{I rem Live => {I, I + 1, I + 2}}).
map_churn(N) ->
    Me = self(),
    milliseconds(fun() -> spawn(fun() -> churn(0, N, 2000000, #{}), Me ! done end), take_messages(1) end).
