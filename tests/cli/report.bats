#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The report as a browser sees it, and the comparison of two recordings.

load helpers/common.bash

GENERATE=$(dirname "$SOCKLIFE")/tests/record/generate

setup() {
	rec=$BATS_TEST_TMPDIR/run.rec
	html=$BATS_TEST_TMPDIR/run.html
	"$SOCKLIFE" record -q --source fake -o "$rec"
}

browser() {
	chromium --headless --no-sandbox --disable-gpu "$@" "file://$html" 2>/dev/null
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

@test "a report is one page that needs nothing from elsewhere, and its parts are balanced" {
	socklife report "$rec" -o "$html"
	[ "$status" = 0 ]
	same "$(grep -Eo '(src|href)="[^#"][^"]*"' "$html")" ''
	same "$(grep -Eo '@import|url\(|https?://[^" ]*' "$html" | grep -v 'www.w3.org/2000/svg')" ''
	/usr/bin/python3 - "$html" <<'END'
import html.parser, sys
class Checker(html.parser.HTMLParser):
    stack, ids, links = [], set(), set()
    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if "id" in attrs:
            assert attrs["id"] not in self.ids, attrs["id"]
            self.ids.add(attrs["id"])
        if tag == "a" and "href" in attrs:
            self.links.add(attrs["href"][1:])
        if tag not in ("meta", "input", "br"):
            self.stack.append(tag)
    def handle_startendtag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        assert self.stack.pop() == tag, tag
checker = Checker()
checker.feed(open(sys.argv[1], encoding="utf-8").read())
assert not checker.stack, checker.stack
assert checker.links <= checker.ids, checker.links - checker.ids
END
}

@test "the data in a report is JSON, with each life that it lists" {
	socklife report "$rec" -o "$html"
	/usr/bin/python3 - "$html" >"$BATS_TEST_TMPDIR/data" <<'END'
import re, sys
print(re.search(r'<script type="application/json" id="data">\n(.*?)</script>', open(sys.argv[1]).read(), re.S).group(1))
END
	same "$(jq -r '.sockets, (.lives | length), .lives[0].comm, .outcomes.established' "$BATS_TEST_TMPDIR/data" | tr '\n' ' ')" \
		'3 3 curl 2 '
}

@test "a browser shows the report: ladders drawn, the list sorted and searched by its script" {
	needs chromium
	socklife report "$rec" -o "$html"
	sed -i 's|</body>|<script>addEventListener("load",function(){var h=document.querySelectorAll("#lives th button");h[10].click();document.getElementById("find").value="curl";document.getElementById("find").dispatchEvent(new Event("input"));document.title="shown "+document.querySelectorAll("#lives tbody tr:not([hidden])").length+" "+document.querySelectorAll("th[aria-sort=descending]").length+" "+document.querySelectorAll(".ladder svg text").length})</script></body>|' "$html"
	local title
	title=$(browser --dump-dom | grep -o '<title>[^<]*' | head -1)
	[[ $title =~ ^'<title>shown 1 1 '[1-9][0-9]+$ ]] || { echo "$title"; return 1; }
}

@test "a report prints with its ladders open" {
	needs chromium
	socklife report "$rec" -o "$html"
	browser --print-to-pdf="$BATS_TEST_TMPDIR/x.pdf"
	[ "$(head -c 4 "$BATS_TEST_TMPDIR/x.pdf")" = %PDF ]
}

@test "names that programs chose are text in a report, whatever they are" {
	[ -x "$GENERATE" ] || skip "tests/record/generate is not built"
	"$GENERATE" 300 "$BATS_TEST_TMPDIR/h.rec" hostile >/dev/null
	socklife report "$BATS_TEST_TMPDIR/h.rec" -o "$html"
	[ "$status" = 0 ]
	has "$(cat "$html")" '&lt;script&gt;'
	has_not "$(cat "$html")" '<script>a'
	has_not "$(cat "$html")" '</script><'
	has_not "$(cat "$html")" '<!--'
	has_not "$(cat "$html")" '<img'
	needs chromium
	has "$(browser --dump-dom | grep -o '<title>[^<]*' | head -1)" socklife
	same "$(browser --dump-dom | grep -F '<img')" ''
}

@test "a report of many lives says what it left out, and stays small" {
	[ -x "$GENERATE" ] || skip "tests/record/generate is not built"
	"$GENERATE" 20000 "$BATS_TEST_TMPDIR/many.rec" >/dev/null
	socklife report "$BATS_TEST_TMPDIR/many.rec" -o "$html"
	[ "$status" = 0 ]
	has "$(cat "$html")" 'th of the others'
	has "$(cat "$html")" 'ECONNREFUSED (RST)'
	[ "$(stat -c %s "$html")" -lt 1500000 ]
}

@test "a report needs a name and a file" {
	socklife report "$rec"
	[ "$status" = 2 ]
	has "$err" 'add -o FILE.html'
	socklife report - -o "$html"
	[ "$status" = 2 ]
	[ ! -e "$html" ]
}

@test "a report of a cut recording says so, and is there" {
	head -c $(($(stat -c %s "$rec") - 40)) "$rec" >"$rec.cut"
	socklife report "$rec.cut" -o "$html"
	[ "$status" = 1 ]
	has "$(cat "$html")" 'the recording was cut'
	has "$(cat "$html")" 'curl'
}

@test "a recording does not differ from itself" {
	socklife diff "$rec" "$rec" --json
	[ "$status" = 0 ]
	same "$(jq -c '[.before.sockets, .after.sockets, (.new | length), (.gone | length), .measures[0].verdict.p50]' <<<"$out")" \
		'[3,3,0,0,"too_few"]'
	socklife diff "$rec" "$rec"
	has "$out" 'too few to tell'
	has_not "$out" 'clear'
}

@test "what replay and diff print as JSON keeps to the schema" {
	/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || skip "python3-jsonschema is not installed"
	"$SOCKLIFE" schema >"$BATS_TEST_TMPDIR/schema.json"
	socklife diff "$rec" "$rec" --json
	cp "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/lines"
	socklife replay "$rec" --json
	[ "$(jq -c '[.whole, .lives, .events, .lost_total]' <<<"$out")" = '[true,3,42,0]' ]
	cat "$BATS_TEST_TMPDIR/out" >>"$BATS_TEST_TMPDIR/lines"
	"$HELPERS/validate" "$BATS_TEST_TMPDIR/schema.json" "$BATS_TEST_TMPDIR/lines"
}

@test "diff tells a change from chance, and names what is new and gone" {
	[ -x "$GENERATE" ] || skip "tests/record/generate is not built"
	"$GENERATE" 4000 "$BATS_TEST_TMPDIR/a.rec" >/dev/null
	"$GENERATE" 4000 "$BATS_TEST_TMPDIR/b.rec" slow >/dev/null
	socklife diff "$BATS_TEST_TMPDIR/a.rec" "$BATS_TEST_TMPDIR/b.rec" --json
	[ "$status" = 0 ]
	same "$(jq -r '.measures[] | select(.name == "handshake") | .verdict.p50' <<<"$out")" clear
	same "$(jq -r '.measures[] | select(.name == "life") | .verdict.p50' <<<"$out")" chance
	same "$(jq -r '.new[] | select(.kind == "program") | .name' <<<"$out")" newcomer
	socklife diff "$BATS_TEST_TMPDIR/a.rec" "$BATS_TEST_TMPDIR/b.rec"
	has "$(grep -A 1 '^handshake, of' <<<"$out")" clear
	has "$out" 'new  program  newcomer'
}
