# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For the tests of the module, sourced: they run in a guest (make kmod-test), load the module and leave nothing behind.
. tests/tap.sh
BUILD=${BUILD:-build}
KO=${KO:-$PWD/$BUILD/kmod/$(uname -r)/socklife.ko}
PROGRAMS=$PWD/$BUILD/tests/kmod
SOCKLIFE=${SOCKLIFE:-$PWD/$BUILD/socklife}

[ -e /proc/modules ] || skip_all "this kernel loads no modules (make kmod-test boots one that does)"
[ -e "$KO" ] || skip_all "no $KO: make kmod KDIR=... for this kernel"

module_in() { insmod "$KO" "$@"; }
module_out() { rmmod socklife 2>/dev/null; }
trap module_out EXIT
