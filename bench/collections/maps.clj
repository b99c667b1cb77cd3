; SPDX-License-Identifier: GPL-3.0-only
; maps.clj: nanoseconds of one operation on maps of 10 to 1,000,000 entries: the best of 5 times a million operations.
(defn build [n] (loop [i 0 m {}] (if (< i n) (recur (inc i) (assoc m (* i 7) i)) m)))
(defn sum [m n] (loop [i 0 s 0] (if (< i n) (recur (inc i) (+ s (get m (* i 7)))) s)))
(defn bump [m n] (loop [i 0 m m] (if (< i n) (recur (inc i) (assoc m (* i 7) i)) m)))
(defn clear [m n] (loop [i 0 m m] (if (< i n) (recur (inc i) (dissoc m (* i 7))) m)))
(defn walk [m n] (reduce (fn [s entry] (+ s (val entry))) 0 m))
(defn clock [] (System/nanoTime))
(defn repeat-call [f m n rounds] (loop [r 0] (when (< r rounds) (f m n) (recur (inc r)))))
(defn best [f m n]
  (let [rounds (quot 1000000 n)]
    (loop [i 0 least nil]
      (if (= i 5)
        (quot least (* rounds n))
        (let [start (clock)
              done (repeat-call f m n rounds)
              time (- (clock) start)]
          (recur (inc i) (if (or (nil? least) (< time least)) time least)))))))
(doseq [n [10 100 1000 10000 100000 1000000]]
  (let [m (build n)]
    (println "add" n (best (fn [m n] (build n)) m n))
    (println "get" n (best sum m n))
    (println "replace" n (best bump m n))
    (println "remove" n (best clear m n))
    (println "reduce" n (best walk m n))))
