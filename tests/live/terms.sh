#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A filter of several terms means the same in the kernel on each kernel: before 6.7 the verifier walks the evaluator's loop
# once, and may cut away what it did not see. The short form of filter.sh, for guests.

. "$(dirname "$0")/lib.sh"
live_begin terms

# shows N FILTER: of a connection at port 7001 and one at 7002, six sockets, N lives are shown.
shows() {
	life_start life --json --cgroup "$CG" "$2" || { not_ok "filter '$2' starts"; return; }
	in_net "$LOAD" crr 1 -p 7001 >/dev/null
	in_net "$LOAD" crr 1 -p 7002 >/dev/null
	life_stop
	is "filter '$2': lives shown" "$(count)" "$1"
	is "filter '$2': nothing was lost" "$(footer .lost_total)" 0
}

shows 6 "tcp and (port 7001 or port 7002)"
shows 3 "tcp and not port 7001"
finish
