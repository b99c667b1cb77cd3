; SPDX-License-Identifier: GPL-3.0-only
(defn numbers [n]
  (loop [i 0 x 42 v (transient [])]
    (if (< i n)
      (recur (inc i) (rem (* x 16807) 2147483647) (conj! v x))
      (persistent! v))))
(let [v (numbers 300000)
      a (vec (sort v))
      b (vec (sort (fn [x y] (> x y)) v))]
  (println (nth a 0) (nth a 299999) (nth b 0) (nth b 299999)))
