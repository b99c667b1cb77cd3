;; SPDX-License-Identifier: GPL-3.0-only
(define (text)
  (call-with-string-output-port
    (lambda (port)
      (let loop ([i 0] [x 42])
        (when (< i 1700000)
          (let ([x (remainder (* x 16807) 2147483647)])
            (unless (= i 0) (put-char port #\space))
            (put-char port #\w)
            (put-string port (number->string (remainder (quotient x 65536) 20000)))
            (loop (+ i 1) x)))))))
(define (split s c)
  (let ([n (string-length s)])
    (let loop ([i 0] [start 0] [parts '()])
      (cond
        [(= i n) (reverse (cons (substring s start n) parts))]
        [(char=? (string-ref s i) c) (loop (+ i 1) (+ i 1) (cons (substring s start i) parts))]
        [else (loop (+ i 1) start parts)]))))
(let ([t (text)] [counts (make-hashtable string-hash string=?)])
  (for-each (lambda (word) (hashtable-update! counts word (lambda (c) (+ c 1)) 0)) (split t #\space))
  (printf "~a ~a ~a\n" (string-length t) (hashtable-size counts) (hashtable-ref counts "w77" #f)))
