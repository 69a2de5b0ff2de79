#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The interface headers compile alone and together in every language that reads them, without a word from the compiler.
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/tap.sh
BUILD=${BUILD:-build}
CC=${CC:-gcc}
CLANG=${CLANG:-clang-14}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$PWD

source_of() { # HEADER...: a translation unit that includes them and uses nothing
	for header in "$@"; do echo "#include \"$root/core/$header\""; done
	echo "int sl_abi_test_unit;"
}

for headers in abi.h fact.h match.h device.h "abi.h fact.h match.h device.h" "device.h match.h fact.h abi.h"; do
	# shellcheck disable=SC2086
	source_of $headers >"$work/t.c"
	cp "$work/t.c" "$work/t.cc"
	check "$headers: C11" "$CC" -std=c11 -pedantic -Wall -Wextra -Werror -c -o "$work/t.o" "$work/t.c"
	check "$headers: C11 by clang" "$CLANG" -std=c11 -pedantic -Wall -Wextra -Werror -c -o "$work/t.o" "$work/t.c"
	check "$headers: C++17" g++ -std=c++17 -pedantic -Wall -Wextra -Werror -c -o "$work/t.o" "$work/t.cc"
	{ printf '#include "vmlinux.h"\n#include <bpf/bpf_helpers.h>\n'; cat "$work/t.c"; } >"$work/t.bpf.c"
	if [ -r "$BUILD/gen/vmlinux.h" ]; then
		check "$headers: BPF with vmlinux.h" "$CLANG" -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror \
			-I "$BUILD/gen" -c -o "$work/t.bpf.o" "$work/t.bpf.c"
	else
		skip "$headers: BPF with vmlinux.h" "no $BUILD/gen/vmlinux.h: this kernel shows no BTF"
	fi
	check "$headers: 32-bit layout is the same" "$CLANG" -m32 -ffreestanding -nostdinc -I "$root/tests/abi/freestanding" \
		-std=c11 -Wall -Wextra -Werror -c -o "$work/t.o" "$work/t.c"
done
finish
