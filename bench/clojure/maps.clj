; SPDX-License-Identifier: GPL-3.0-only
(defn build [n] (loop [i 0 m {}] (if (< i n) (recur (inc i) (assoc m (* i 7) i)) m)))
(defn sum [m n] (loop [i 0 s 0] (if (< i n) (recur (inc i) (+ s (get m (* i 7)))) s)))
(defn bump [m n] (loop [i 0 m m] (if (< i n) (recur (inc i) (assoc m (* i 7) (inc (get m (* i 7))))) m)))
(doseq [n [10 1000 100000 1000000]]
  (let [rounds (quot 1000000 n)]
    (println n (loop [r 0 s 0] (if (< r rounds) (recur (inc r) (+ s (sum (bump (build n) n) n))) s)))))
