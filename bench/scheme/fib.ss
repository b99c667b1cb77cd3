;; SPDX-License-Identifier: GPL-3.0-only
(define (fib n)
  (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))
(printf "~a\n" (fib 35))
