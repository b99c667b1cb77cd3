;; SPDX-License-Identifier: GPL-3.0-only
(define (inside? cr ci)
  (let loop ([zr 0.0] [zi 0.0] [i 0])
    (or (= i 50)
        (let ([rr (fl* zr zr)] [ii (fl* zi zi)])
          (and (not (fl> (fl+ rr ii) 4.0))
               (loop (fl+ (fl- rr ii) cr) (fl+ (fl* 2.0 (fl* zr zi)) ci) (+ i 1)))))))
(let ([n 500])
  (printf "~a\n"
    (let rows ([y 0] [total 0])
      (if (= y n)
          total
          (rows (+ y 1)
                (let columns ([x 0] [total total])
                  (if (= x n)
                      total
                      (columns (+ x 1)
                               (if (inside? (- (/ (* 2.0 x) n) 1.5) (- (/ (* 2.0 y) n) 1.0))
                                   (+ total 1)
                                   total)))))))))
