;; SPDX-License-Identifier: GPL-3.0-only
(define (numbers n)
  (let ([v (make-vector n)])
    (do ([i 0 (+ i 1)] [x 42 (remainder (* x 16807) 2147483647)]) ((= i n) v)
      (vector-set! v i x))))
(let* ([v (numbers 300000)]
       [a (vector-sort < v)]
       [b (vector-sort (lambda (x y) (> x y)) v)])
  (printf "~a ~a ~a ~a\n" (vector-ref a 0) (vector-ref a 299999) (vector-ref b 0) (vector-ref b 299999)))
