#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Without privileges: three lines, exit 3, and a command that helps. With what that command gives, and no more, a user
# who is not root gets lives with the right counts.
. "$(dirname "$0")/lib.sh"
live_begin rights
for tool in setpriv setcap; do command -v $tool >/dev/null || skip_all "$tool is not installed"; done
! grep -q 'NoNewPrivs:.*1' /proc/self/status || skip_all "no new privileges can be had here (NoNewPrivs)"
chmod 755 "$T"
cp "$SOCKLIFE" "$T/socklife"
copy=$T/socklife
setcap cap_net_admin+ep "$copy" 2>/dev/null || skip_all "the file system of $T takes no capabilities"
[[ ,$(findmnt -n -o OPTIONS -T "$copy"), != *,nosuid,* ]] || skip_all "$T is mounted nosuid"
setcap -r "$copy"

as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$@"; }
refused() { # CLI ARGUMENT...: exit code and message
	as_nobody "$copy" "$@" >"$T/out" 2>"$T/err" </dev/null
	echo $?
}

for command in life trace; do
	is "no capability: $command exits 3" "$(refused $command -d 1)" 3
	is "no capability: $command says it in three lines, and nothing on standard output" \
		"$(wc -l <"$T/err") $(wc -c <"$T/out")" "3 0"
	check "no capability: the lines name the user, the capabilities and the fix" \
		bash -c "grep -q 'user 65534' '$T/err' && grep -q 'why: .*cap_bpf,cap_perfmon,cap_net_admin' '$T/err' &&
			grep -q 'fix: .*setcap cap_bpf,cap_perfmon,cap_net_admin+ep' '$T/err'"
done
is "no capability: check exits 3" "$(refused check)" 3
check "no capability: check says what there is" grep -q 'capabilities: none' "$T/out"
fix=$(sed -n 's/^ *fix: sudo \(setcap [^ ]* [^ ]*\).*/\1/p' "$T/err")
is "the fix names this very program" "${fix##* }" "$copy"

setcap cap_bpf,cap_perfmon+ep "$copy"
is "cap_bpf and cap_perfmon alone: exit 3" "$(refused life -d 1)" 3
is "cap_bpf and cap_perfmon alone: the reason is the one that is missing" \
	"$(sed -n 's/^ *why: .*capabilities //p' "$T/err")" "cap_net_admin"

# As the message said, word for word.
check "the command of the message works: $fix" $fix
is "with the fix: check exits 0" "$(refused check)" 0
check "with the fix: check knows the three, and no other" \
	grep -q 'uid 65534, capabilities: cap_bpf cap_perfmon cap_net_admin$' "$T/out"
cat >"$T/as-nobody" <<-SH
	#!/bin/sh
	exec setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all "$copy" "\$@"
SH
chmod 755 "$T/as-nobody"
for level in life calls; do
	SOCKLIFE=$T/as-nobody life_start life --json --strict --cgroup "$CG" --level $level --ring 1MiB
	is "with the fix, level $level: it runs as that user" "$(awk '$1 == "Uid:" { print $2 }' "/proc/$life_pid/status")" 65534
	in_net "$LOAD" crr 200 >"$T/load"
	wait_for 20 quiet
	life_stop
	is "with the fix, level $level: 200 client and 200 server lives and a listener, all complete" \
		"$(count '.role == "client" and .complete') $(count '.role == "server" and .complete') $(count '.role == "listener"')" \
		"200 200 1"
	is "with the fix, level $level: the bytes are the program's" \
		"$(sum '.role == "client"' .flow.bytes_sent) $(sum '.role == "client"' .flow.bytes_received)" \
		"$(jq -r '"\(.client.bytes_sent) \(.client.bytes_received)"' "$T/load")"
	is "with the fix, level $level: nothing is lost" "$life_exit $(footer .lost_total)" "0 0"
done
finish
