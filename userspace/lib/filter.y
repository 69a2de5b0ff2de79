/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of the filter language. Both generated files live under build/ only and are compiled with
 * -Iuserspace/lib -Ibuild/gen:
 *
 *   bison -Wall -Werror --defines=build/gen/filter.tab.h -o build/gen/filter.tab.c userspace/lib/filter.y
 *   flex --header-file=build/gen/filter.yy.h -o build/gen/filter.yy.c userspace/lib/filter.l
 *
 * filter.yy.c includes filter.tab.h and filter.tab.c includes filter.yy.h, so both are made before either is compiled.
 * Only build/gen/filter.yy.c needs more flags: -Wno-unused-function -Wno-sign-compare.
 */
