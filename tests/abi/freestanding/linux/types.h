/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The few types that core/ needs, for a compiler without any system header: it proves that core/ needs no more. */
#ifndef SL_TEST_TYPES_H
#define SL_TEST_TYPES_H

typedef __UINT8_TYPE__ __u8;
typedef __UINT16_TYPE__ __u16;
typedef __UINT32_TYPE__ __u32;
typedef __UINT64_TYPE__ __u64;
typedef __INT8_TYPE__ __s8;
typedef __INT16_TYPE__ __s16;
typedef __INT32_TYPE__ __s32;
typedef __INT64_TYPE__ __s64;

#ifndef __always_inline /* linux/stddef.h gives it, by way of linux/types.h */
#define __always_inline __inline __attribute__((__always_inline__))
#endif

#endif
