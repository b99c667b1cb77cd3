;; SPDX-License-Identifier: GPL-3.0-only
(define days 365.24)
(define solar-mass (* 4 3.141592653589793 3.141592653589793))
(define-record-type body
  (fields (mutable x) (mutable y) (mutable z) (mutable vx) (mutable vy) (mutable vz) mass)
  (sealed #t))
(define (planet x y z vx vy vz mass)
  (make-body x y z (* vx days) (* vy days) (* vz days) (* mass solar-mass)))
(define system
  (list
    (planet 0.0 0.0 0.0 0.0 0.0 0.0 1.0)
    (planet 4.84143144246472090 -1.16032004402742839 -0.103622044471123109
            0.00166007664274403694 0.00769901118419740425 -0.0000690460016972063023 0.000954791938424326609)
    (planet 8.34336671824457987 4.12479856412430479 -0.403523417114321381
            -0.00276742510726411012 0.00499852801234917238 0.0000230417297573763929 0.000285885980666130812)
    (planet 12.8943695621391310 -15.1111514016986312 -0.223307578892655734
            0.00296460137564761618 0.00237847173959480950 -0.0000296589568540237556 0.0000436624404335156298)
    (planet 15.3796971148509165 -25.9193146099879641 0.179258772950371181
            0.00268067772490389322 0.00162824170038242295 -0.0000951592254519715870 0.0000515138902046611451)))
(define (advance-pair! a b dt)
  (let* ([dx (fl- (body-x a) (body-x b))]
         [dy (fl- (body-y a) (body-y b))]
         [dz (fl- (body-z a) (body-z b))]
         [d2 (fl+ (fl* dx dx) (fl* dy dy) (fl* dz dz))]
         [mag (fl/ dt (fl* d2 (flsqrt d2)))]
         [ma (fl* (body-mass b) mag)]
         [mb (fl* (body-mass a) mag)])
    (body-vx-set! a (fl- (body-vx a) (fl* dx ma)))
    (body-vy-set! a (fl- (body-vy a) (fl* dy ma)))
    (body-vz-set! a (fl- (body-vz a) (fl* dz ma)))
    (body-vx-set! b (fl+ (body-vx b) (fl* dx mb)))
    (body-vy-set! b (fl+ (body-vy b) (fl* dy mb)))
    (body-vz-set! b (fl+ (body-vz b) (fl* dz mb)))))
(define (move! a dt)
  (body-x-set! a (fl+ (body-x a) (fl* dt (body-vx a))))
  (body-y-set! a (fl+ (body-y a) (fl* dt (body-vy a))))
  (body-z-set! a (fl+ (body-z a) (fl* dt (body-vz a)))))
(define (advance! system dt)
  (let loop ([bodies system])
    (unless (null? bodies)
      (let ([a (car bodies)])
        (let pairs ([others (cdr bodies)])
          (unless (null? others)
            (advance-pair! a (car others) dt)
            (pairs (cdr others))))
        (move! a dt)
        (loop (cdr bodies))))))
(define (energy system)
  (let loop ([bodies system] [e 0.0])
    (if (null? bodies)
        e
        (let ([a (car bodies)])
          (let pairs ([others (cdr bodies)]
                      [e (fl+ e (fl* 0.5 (body-mass a)
                                     (fl+ (fl* (body-vx a) (body-vx a)) (fl* (body-vy a) (body-vy a))
                                          (fl* (body-vz a) (body-vz a)))))])
            (if (null? others)
                (loop (cdr bodies) e)
                (let* ([b (car others)]
                       [dx (fl- (body-x a) (body-x b))]
                       [dy (fl- (body-y a) (body-y b))]
                       [dz (fl- (body-z a) (body-z b))])
                  (pairs (cdr others)
                         (fl- e (fl/ (fl* (body-mass a) (body-mass b))
                                     (flsqrt (fl+ (fl* dx dx) (fl* dy dy) (fl* dz dz)))))))))))))
(define (offset-momentum! system)
  (define (sum velocity) (fold-left (lambda (s b) (fl+ s (fl* (velocity b) (body-mass b)))) 0.0 system))
  (let ([sun (car system)])
    (body-vx-set! sun (- (/ (sum body-vx) solar-mass)))
    (body-vy-set! sun (- (/ (sum body-vy) solar-mass)))
    (body-vz-set! sun (- (/ (sum body-vz) solar-mass)))))
(offset-momentum! system)
(format #t "~,9f\n" (energy system))
(do ([i 0 (+ i 1)]) ((= i 500000)) (advance! system 0.01))
(format #t "~,9f\n" (energy system))
