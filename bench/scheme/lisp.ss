;; SPDX-License-Identifier: GPL-3.0-only
(define globals (make-eq-hashtable))
(define-record-type closure (fields params body env))
(define (look-up name env)
  (let ([frame (assq name env)])
    (if frame (cdr frame) (eq-hashtable-ref globals name #f))))
(define (bind params args env)
  (if (null? params)
      env
      (bind (cdr params) (cdr args) (cons (cons (car params) (car args)) env))))
(define (evaluate-all forms env)
  (if (null? forms) '() (cons (evaluate (car forms) env) (evaluate-all (cdr forms) env))))
(define (invoke f args)
  (if (procedure? f)
      (f args)
      (evaluate (closure-body f) (bind (closure-params f) args (closure-env f)))))
(define (evaluate form env)
  (cond
    [(number? form) form]
    [(symbol? form) (look-up form env)]
    [else
     (case (car form)
       [(if) (if (evaluate (cadr form) env) (evaluate (caddr form) env) (evaluate (cadddr form) env))]
       [(lambda) (make-closure (cadr form) (caddr form) env)]
       [(define) (eq-hashtable-set! globals (cadr form) (evaluate (caddr form) env))]
       [else (invoke (evaluate (car form) env) (evaluate-all (cdr form) env))])]))
(eq-hashtable-set! globals '+ (lambda (a) (+ (car a) (cadr a))))
(eq-hashtable-set! globals '- (lambda (a) (- (car a) (cadr a))))
(eq-hashtable-set! globals '< (lambda (a) (< (car a) (cadr a))))
(evaluate '(define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2)))))) '())
(printf "~a\n" (evaluate '(fib 26) '()))
