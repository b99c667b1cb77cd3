#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# crash.sh LONA: what people see of a process that crashes, with a logger and without one.
lona=$1
check() { # check NAME WANTED FORMS: compares what is written to standard error, pids left out
    out=$("$lona" -e "$3" 2>&1 >/dev/null | sed 's/#<pid [0-9.]*>/PID/g; s/:[0-9]*:[0-9]*)/)/')
    [ "$out" = "$2" ] && echo "ok $1" || echo "not ok $1: wanted $2, got $out"
}
crash="(defn wait [pid] (let [ref (monitor pid)] (receive [:down (= ref) _ _] nil)))
    (defn fails ([] (receive :go (fails 1))) ([x] (inc (error :no-luck \"none left\" {:x x}))))"
check "a crash tells who, why and where" "crash of process PID
  name: :worker
  label: [:job 7]
  initial call: user/fails
error: :no-luck: none left
    {:x 1}
    at lona.core/error (lona/core/conditions.lona-s)
    at user/fails (-e)" "$crash
    (let [pid (spawn fails [] {:label [:job 7] :priority :low})] (register :worker pid) (send pid :go) (wait pid))"
check "the logger tells the same" "error PID: process PID crashed
  label: [:job 7]
  initial call: user/fails
  reason: :no-luck none left
    {:x 1}
    at lona.core/error (lona/core/conditions.lona-s)
    at user/fails (-e)" "$crash
    (require 'lona.otp.logger)
    (lona.otp.logger/start)
    (let [pid (spawn fails [] {:label [:job 7]})] (send pid :go) (wait pid))
    (lona.otp.logger/flush-log)"
check "an exit that was asked for is no crash" "" "$crash (wait (spawn (fn [] (exit :enough))))"
check "without a logger warnings and errors are printed" "warning PID: hot {:degrees 90}" "(do
    (require '[lona.otp.logger :as logger])
    (logger/log :info \"warm\")
    (logger/log :warning \"hot\" {:degrees 90}))"
