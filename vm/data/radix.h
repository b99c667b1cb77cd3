/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * radix.h: conversion between limbs and digits. GMP converts what is not long in one go; longer numbers are divided by,
 * or put together with, powers of the radix until they are not, so that between the parts a process can be asked to
 * stop.
 */
#ifndef LONA_RADIX_H
#define LONA_RADIX_H

#include "data/bigint.h"

enum radix_status { RADIX_DONE, RADIX_MEMORY, RADIX_STOPPED /* p is asked to stop; the result is not all there */ };

/* The digits, as values, of limb[0..n), n > 0, its last limb not 0. *count: the room there is, mpn_sizeinbase at least;
 * then how many there are, the first not 0. p may be NULL. The limbs stay as they are. */
enum radix_status radix_digits(const struct proc *p, const u64 *limb, word n, unsigned radix, u8 *digits, word *count);
/* The limbs of the digits, count > 0, the first not 0. *n: the room there is; then how many there are. */
enum radix_status radix_limbs(const struct proc *p, const u8 *digits, word count, unsigned radix, u64 *limb, word *n);

#endif
