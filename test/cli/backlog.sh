#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# backlog.sh LONA: on one core those who send give way to a receiver that is behind.
out=$(LONA_CORES=1 "$1" -e "(let [me (self)]
    (dotimes [_ 16] (spawn (fn [] (dotimes [i 20000] (send me i)))))
    (loop [left 320000 longest 0]
      (if (= left 0)
        longest
        (do (receive _ nil)
            (recur (dec left) (if (= 0 (mod left 256)) (max longest (process-info (self) :message-queue-len)) longest))))))")
if [ "${out:-320000}" -lt 160000 ]; then
    echo "ok senders give way"
else
    echo "not ok senders give way: of 320000 messages $out waited"
fi
