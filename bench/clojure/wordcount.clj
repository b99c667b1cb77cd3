; SPDX-License-Identifier: GPL-3.0-only
(require 'clojure.string)
(defn text []
  (loop [i 0 x 42 parts (transient [])]
    (if (< i 1700000)
      (let [x (rem (* x 16807) 2147483647)]
        (recur (inc i) x (conj! parts (str "w" (rem (quot x 65536) 20000)))))
      (clojure.string/join " " (persistent! parts)))))
(let [t (text)
      counts (frequencies (clojure.string/split t #" "))]
  (println (count t) (count counts) (get counts "w77")))
