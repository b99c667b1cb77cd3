;; SPDX-License-Identifier: GPL-3.0-only
;; Scheme has no joining, splitting or replacing of its own: a port builds a text, loops do the rest.
(define (split s c)
  (let ([n (string-length s)])
    (let loop ([i 0] [start 0] [parts '()])
      (cond
        [(= i n) (reverse (cons (substring s start n) parts))]
        [(char=? (string-ref s i) c) (loop (+ i 1) (+ i 1) (cons (substring s start i) parts))]
        [else (loop (+ i 1) start parts)]))))
(define (join numbers)
  (call-with-string-output-port
    (lambda (port)
      (put-string port (number->string (car numbers)))
      (for-each (lambda (n) (put-char port #\space) (put-string port (number->string n))) (cdr numbers)))))
(define (at? s i part)
  (let ([n (string-length part)])
    (and (<= (+ i n) (string-length s))
         (let loop ([k 0])
           (or (= k n) (and (char=? (string-ref s (+ i k)) (string-ref part k)) (loop (+ k 1))))))))
(define (replace s from to)
  (call-with-string-output-port
    (lambda (port)
      (let loop ([i 0])
        (when (< i (string-length s))
          (if (at? s i from)
              (begin (put-string port to) (loop (+ i (string-length from))))
              (begin (put-char port (string-ref s i)) (loop (+ i 1)))))))))
(let* ([text (join (iota 300000))] [parts (split text #\space)])
  (printf "~a ~a\n" (string-length text) (fold-left (lambda (sum part) (+ sum (string->number part))) 0 parts))
  (printf "~a\n" (string-length (replace (string-upcase text) "99" "ninety-nine"))))
