#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# ends.sh LONA: what is written, and what is not, when the program ends.
lona=$1
check() { # check NAME WANTED FORMS: compares the lines that are written, sorted
    out=$("$lona" -e "$3" 2>&1 | sed 's/#<pid [0-9.]*>/PID/g; /^    at/d' | sort)
    [ "$out" = "$2" ] && echo "ok $1" || echo "not ok $1: wanted $2, got $out"
}
logging="(do (require '[lona.otp.logger :as logger]) (logger/start)
    (dotimes [i 20] (logger/log :info (str i)))"
logged=$(i=0; while [ $i -lt 20 ]; do echo "info PID: $i"; i=$((i + 1)); done | sort)
check "what was logged is written though the program ends at once" "$logged" "$logging (halt 0))"
check "what was logged before an error is written" "error: :no-luck: none
$logged" "$logging (error :no-luck \"none\"))"
check "what was sent to the console's group leader is written" "0
$(i=0; while [ $i -lt 50 ]; do echo line; i=$((i + 1)); done)" "(do (dotimes [_ 50] (send (group-leader) [:io-request [(self) (make-ref)] [:put :out \"line\\n\"]])) 0)"
check "the program ends with its first process" "" "(do (spawn (fn [] (sleep 200) (println :late))) (halt 0))"
check "a logger that hangs does not keep the program" "0" "(do
    (require '[lona.otp.logger :as logger]) (logger/start)
    (logger/add-handler :stuck {:type :function :function (fn [_] (sleep :infinity))})
    (logger/remove-handler :default) (logger/log :info \"x\") 0)"
