/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar of the filter language. Both generated files live under build/ only and are compiled with
 * -Iuserspace/lib -Ibuild/gen:
 *
 *   bison -Wall -Werror --defines=build/gen/filter.tab.h -o build/gen/filter.tab.c userspace/lib/filter.y
 *   flex --header-file=build/gen/filter.lex.h -o build/gen/filter.lex.c userspace/lib/filter.l
 *
 * filter.lex.c includes filter.tab.h and filter.tab.c includes filter.lex.h, so both are made before either is compiled.
 * Generated code is compiled without the house warnings.
 */
