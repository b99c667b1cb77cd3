;; SPDX-License-Identifier: GPL-3.0-only
(define (tak x y z)
  (if (< y x)
      (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y))
      z))
(printf "~a\n" (let loop ([i 0] [r 0]) (if (< i 8) (loop (+ i 1) (tak 24 16 8)) r)))
