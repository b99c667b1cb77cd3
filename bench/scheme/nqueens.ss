;; SPDX-License-Identifier: GPL-3.0-only
(define (safe? queen distance placed)
  (or (null? placed)
      (let ([q (car placed)])
        (and (not (= q queen))
             (not (= q (+ queen distance)))
             (not (= q (- queen distance)))
             (safe? queen (+ distance 1) (cdr placed))))))
(define (place row n placed)
  (if (= row n)
      1
      (let loop ([column 0] [ways 0])
        (if (= column n)
            ways
            (loop (+ column 1)
                  (if (safe? column 1 placed)
                      (+ ways (place (+ row 1) n (cons column placed)))
                      ways))))))
(printf "~a\n" (place 0 11 '()))
