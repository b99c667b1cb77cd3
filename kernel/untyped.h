/* SPDX-License-Identifier: GPL-3.0-only */
/*
 * untyped.h: memory that becomes kernel objects and frames.
 *
 * An untyped capability holds how much of it is used, from its start. Objects are cut off behind that; when no
 * capability derived from it is left, all of it is free again. What becomes an object is cleared then (untyped is not),
 * and clearing may be interrupted.
 */
#ifndef LONA_KERNEL_UNTYPED_H
#define LONA_KERNEL_UNTYPED_H

#include "invocation.h"

#define RETYPE_OBJECTS_MAX 256

MUST_CHECK enum error untyped_invoke(struct invocation *v);
/* Memory at physical, clear unless untyped or device, becomes such an object. */
struct cap untyped_create(enum object_type type, u64 physical, u64 user_bits, bool device);

#endif
