; SPDX-License-Identifier: GPL-3.0-only
(defn fib [n]
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(println (fib 35))
