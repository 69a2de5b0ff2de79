#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# socklife top on live traffic, in a terminal of tmux: what exists, what fails meanwhile, ladders, and without privilege.
. "$(dirname "$0")/lib.sh"
command -v tmux >/dev/null || skip_all "tmux is not installed"
live_begin top
round=1 # a server of tmux that goes would take a new session with it
mux() { tmux -L "slt-$$-$round" -f /dev/null "$@"; }
screen() { mux capture-pane -p -t 0; }
shown() { wait_for 20 eval "screen | grep -qE -- '$1'"; }
key() { mux send-keys -t 0 "$@"; }
begin() { mux new-session -d -x 120 -y 40 "export LC_ALL=C.UTF-8; $*; echo ended \$?; sleep 100"; }
trap 'mux kill-server 2>/dev/null; live_end' EXIT

hold_start 4
begin "$SOCKLIFE" top --netns "$NS" --cgroup "$CG"
check "all sockets of the namespace are there" shown 'sockets 9\]'
check "their owner, states and queues" shown 'socklife-load\[.*LISTEN +0 +4096'
key 2
check "their process has them all" shown 'socklife-load\[[0-9]*\] +9 +8 +1 +0 '
in_net "$LOAD" refused 3 >/dev/null
key 4
check "what fails meanwhile is in the errors" shown '\[4 errors 3\]'
check "with its cause" shown 'ECONNREFUSED \(RST\)'
sleep 3
key Enter
check "an error's ladder" shown 'SYN'
check "and what is known of it" shown 'sock [0-9a-f]+ +tcp'
key q
key 1
rm -f "$T/in"
mkfifo "$T/in"
exec {in_fd}<>"$T/in"
spawn "$LOAD" hold 1 >"$T/second" <&"$in_fd"
check "new sockets appear by themselves" shown 'sockets 12\]'
key / "pid $spawned and state established" Enter
check "a filter leaves out others" shown 'sockets 2\]'
key Enter
check "the ladder of a connection that was born meanwhile" shown 'ESTABLISHED'
check "with its handshake" shown 'SYN-ACK'
key q
key q
check "q ends it" shown 'ended 0'
mux kill-server

round=2
begin "nsenter --net=/run/netns/$NS setpriv --reuid 65534 --clear-groups $SOCKLIFE top"
check "without privilege: the sockets" shown 'sockets 12\]'
check "and that there are no events" shown 'no events: no privilege'
key 4
check "errors say why there are none" shown 'need privilege'
key q
check "it ends as well" shown 'ended 0'
mux kill-server
exec {in_fd}>&-
hold_end
finish
