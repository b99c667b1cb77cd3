%% SPDX-License-Identifier: GPL-3.0-only
%% A body is a tuple; each step makes a new list of bodies.
-module(nbody_bench).
-export([main/0]).

-define(DAYS, 365.24).
-define(SOLAR_MASS, (4 * 3.141592653589793 * 3.141592653589793)).

body(X, Y, Z, Vx, Vy, Vz, Mass) -> {X, Y, Z, Vx * ?DAYS, Vy * ?DAYS, Vz * ?DAYS, Mass * ?SOLAR_MASS}.

bodies() ->
    [body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
     body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
          0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
     body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
          -0.00276742510726411012, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
     body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734,
          0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
     body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
          0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451)].

%% One body against all that follow it: the body moved, the others with new velocities.
pairs({X, Y, Z, Vx, Vy, Vz, Mass}, [], Dt, Done) ->
    {{X + Dt * Vx, Y + Dt * Vy, Z + Dt * Vz, Vx, Vy, Vz, Mass}, lists:reverse(Done)};
pairs({Ax, Ay, Az, Avx, Avy, Avz, Am}, [{Bx, By, Bz, Bvx, Bvy, Bvz, Bm} | Rest], Dt, Done) ->
    Dx = Ax - Bx,
    Dy = Ay - By,
    Dz = Az - Bz,
    D2 = Dx * Dx + Dy * Dy + Dz * Dz,
    Mag = Dt / (D2 * math:sqrt(D2)),
    Ma = Bm * Mag,
    Mb = Am * Mag,
    pairs({Ax, Ay, Az, Avx - Dx * Ma, Avy - Dy * Ma, Avz - Dz * Ma, Am}, Rest, Dt,
          [{Bx, By, Bz, Bvx + Dx * Mb, Bvy + Dy * Mb, Bvz + Dz * Mb, Bm} | Done]).

advance([], _) -> [];
advance([A | Rest], Dt) ->
    {Moved, Others} = pairs(A, Rest, Dt, []),
    [Moved | advance(Others, Dt)].

energy([], E) -> E;
energy([{_, _, _, Vx, Vy, Vz, M} = A | Rest], E) ->
    energy(Rest, potential(A, Rest, E + 0.5 * M * (Vx * Vx + Vy * Vy + Vz * Vz))).

potential(_, [], E) -> E;
potential({Ax, Ay, Az, _, _, _, Am} = A, [{Bx, By, Bz, _, _, _, Bm} | Rest], E) ->
    Dx = Ax - Bx,
    Dy = Ay - By,
    Dz = Az - Bz,
    potential(A, Rest, E - Am * Bm / math:sqrt(Dx * Dx + Dy * Dy + Dz * Dz)).

offset_momentum([{X, Y, Z, _, _, _, M} | Rest] = System) ->
    Sum = fun(K) -> lists:foldl(fun(B, S) -> S + element(K, B) * element(7, B) end, 0.0, System) end,
    [{X, Y, Z, -Sum(4) / ?SOLAR_MASS, -Sum(5) / ?SOLAR_MASS, -Sum(6) / ?SOLAR_MASS, M} | Rest].

steps(0, System) -> System;
steps(N, System) -> steps(N - 1, advance(System, 0.01)).

main() ->
    System = offset_momentum(bodies()),
    io:format("~.9f~n", [energy(System, 0.0)]),
    io:format("~.9f~n", [energy(steps(500000, System), 0.0)]).
