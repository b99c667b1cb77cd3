/* SPDX-License-Identifier: GPL-3.0-only */
/* fpu_save(struct arch_fpu *), fpu_load(const struct arch_fpu *): the only code of the kernel that touches the FPU's registers. */
    .arch armv8-a+fp+simd
.macro all what
    \what q0, q1, [x0, #32 * 0]
    \what q2, q3, [x0, #32 * 1]
    \what q4, q5, [x0, #32 * 2]
    \what q6, q7, [x0, #32 * 3]
    \what q8, q9, [x0, #32 * 4]
    \what q10, q11, [x0, #32 * 5]
    \what q12, q13, [x0, #32 * 6]
    \what q14, q15, [x0, #32 * 7]
    \what q16, q17, [x0, #32 * 8]
    \what q18, q19, [x0, #32 * 9]
    \what q20, q21, [x0, #32 * 10]
    \what q22, q23, [x0, #32 * 11]
    \what q24, q25, [x0, #32 * 12]
    \what q26, q27, [x0, #32 * 13]
    \what q28, q29, [x0, #32 * 14]
    \what q30, q31, [x0, #32 * 15]
.endm

    .section .text, "ax"
    .globl fpu_save
fpu_save:
    all stp
    mrs x1, fpsr
    mrs x2, fpcr
    add x0, x0, #512
    stp x1, x2, [x0]
    ret

    .globl fpu_load
fpu_load:
    all ldp
    add x0, x0, #512
    ldp x1, x2, [x0]
    msr fpsr, x1
    msr fpcr, x2
    ret
    .section .note.GNU-stack, "", @progbits
