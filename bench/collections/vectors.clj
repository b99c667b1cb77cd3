; SPDX-License-Identifier: GPL-3.0-only
; vectors.clj: nanoseconds of one operation on vectors of 10 to 1,000,000 elements: the best of 5 times a million operations.
(defn build [n] (loop [i 0 v []] (if (< i n) (recur (inc i) (conj v i)) v)))
(defn sum [v n] (loop [i 0 s 0] (if (< i n) (recur (inc i) (+ s (nth v i))) s)))
(defn bump [v n] (loop [i 0 v v] (if (< i n) (recur (inc i) (assoc v i i)) v)))
(defn clear [v n] (loop [i 0 v v] (if (< i n) (recur (inc i) (pop v)) v)))
(defn walk [v n] (reduce + 0 v))
(defn clock [] (System/nanoTime))
(defn repeat-call [f v n rounds] (loop [r 0] (when (< r rounds) (f v n) (recur (inc r)))))
(defn best [f v n]
  (let [rounds (quot 1000000 n)]
    (loop [i 0 least nil]
      (if (= i 5)
        (quot least (* rounds n))
        (let [start (clock)
              done (repeat-call f v n rounds)
              time (- (clock) start)]
          (recur (inc i) (if (or (nil? least) (< time least)) time least)))))))
(doseq [n [10 100 1000 10000 100000 1000000]]
  (let [v (build n)]
    (println "add" n (best (fn [v n] (build n)) v n))
    (println "get" n (best sum v n))
    (println "replace" n (best bump v n))
    (println "remove" n (best clear v n))
    (println "reduce" n (best walk v n))))
