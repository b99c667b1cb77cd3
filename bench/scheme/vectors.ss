;; SPDX-License-Identifier: GPL-3.0-only
;; Vectors have their full length from the start and are updated in place.
(define (build n)
  (let ([v (make-vector n)])
    (do ([i 0 (+ i 1)]) ((= i n) v) (vector-set! v i i))))
(define (sum v n)
  (let loop ([i 0] [s 0]) (if (< i n) (loop (+ i 1) (+ s (vector-ref v i))) s)))
(define (bump! v n)
  (do ([i 0 (+ i 1)]) ((= i n) v) (vector-set! v i (+ 1 (vector-ref v i)))))
(for-each
  (lambda (n)
    (let ([rounds (quotient 1000000 n)])
      (printf "~a ~a\n" n
              (let loop ([r 0] [s 0]) (if (< r rounds) (loop (+ r 1) (+ s (sum (bump! (build n) n) n))) s)))))
  '(10 1000 100000 1000000))
