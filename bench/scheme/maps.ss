;; SPDX-License-Identifier: GPL-3.0-only
;; Hash tables are updated in place.
(define (build n)
  (let ([m (make-eqv-hashtable)])
    (do ([i 0 (+ i 1)]) ((= i n) m) (hashtable-set! m (* i 7) i))))
(define (sum m n)
  (let loop ([i 0] [s 0]) (if (< i n) (loop (+ i 1) (+ s (hashtable-ref m (* i 7) #f))) s)))
(define (bump! m n)
  (do ([i 0 (+ i 1)]) ((= i n) m)
    (hashtable-set! m (* i 7) (+ 1 (hashtable-ref m (* i 7) #f)))))
(for-each
  (lambda (n)
    (let ([rounds (quotient 1000000 n)])
      (printf "~a ~a\n" n
              (let loop ([r 0] [s 0]) (if (< r rounds) (loop (+ r 1) (+ s (sum (bump! (build n) n) n))) s)))))
  '(10 1000 100000 1000000))
