;; SPDX-License-Identifier: GPL-3.0-only
(define (make depth)
  (if (= depth 0) (cons #f #f) (cons (make (- depth 1)) (make (- depth 1)))))
(define (check tree)
  (if (car tree) (+ 1 (check (car tree)) (check (cdr tree))) 1))
(let* ([n 16] [long-lived (make n)])
  (do ([depth 4 (+ depth 2)]) ((> depth n))
    (let ([iterations (expt 2 (+ (- n depth) 4))])
      (printf "~a ~a ~a\n" iterations depth
              (let loop ([i 0] [sum 0])
                (if (< i iterations) (loop (+ i 1) (+ sum (check (make depth)))) sum)))))
  (printf "~a\n" (check long-lived)))
