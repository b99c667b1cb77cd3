; SPDX-License-Identifier: GPL-3.0-only
(defn build [n] (loop [i 0 v []] (if (< i n) (recur (inc i) (conj v i)) v)))
(defn sum [v n] (loop [i 0 s 0] (if (< i n) (recur (inc i) (+ s (nth v i))) s)))
(defn bump [v n] (loop [i 0 v v] (if (< i n) (recur (inc i) (assoc v i (inc (nth v i)))) v)))
(doseq [n [10 1000 100000 1000000]]
  (let [rounds (quot 1000000 n)]
    (println n (loop [r 0 s 0] (if (< r rounds) (recur (inc r) (+ s (sum (bump (build n) n) n))) s)))))
