#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# count_test.sh: the rules of count.sh, asked of small scripts of steps. The last line is "N passed, N failed".
cd "$(dirname "$0")/.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset LONA_STEPS LONA_STEP LANES
passed=0
failed=0
# is NAME WANTED: the lines of $got; whatever is a time counts as 0
is() {
    got=$(printf '%s\n' "$got" | sed 's/([0-9]* s)$/(0 s)/')
    if [ "$got" = "$2" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'not ok %s\n%s\n    instead of\n%s\n' "$1" "$got" "$2"
    fi
}
# steps TEXT: what a script of these steps prints, and its status
steps() {
    printf '. test/count.sh\n%s\nfinish\n' "$1" >"$dir/script"
    got=$(sh "$dir/script" 2>&1)
    got="$got
status $?"
}
steps 'step "some" echo "3 passed, 0 failed"
yes_or_no "one" true'
is "steps are added up" "== some: 3 passed, 0 failed (0 s)
== one: ok (0 s)
4 passed, 0 failed
status 0"

steps 'step "some" sh -c "echo ok a; echo not ok b; echo 3 passed, 1 failed"
step "mute" sh -c "echo last words; exit 3"
step "bad end" sh -c "echo 1 passed, 0 failed; exit 3"
yes_or_no "one" sh -c "echo why; exit 1"'
is "what fails is shown" "not ok b
3 passed, 1 failed
== some: 3 passed, 1 failed (0 s)
last words
== mute: no result, exit status 3 (0 s)
1 passed, 0 failed
== bad end: 1 passed, 0 failed, but exit status 3 (0 s)
why
== one: FAILED (0 s)
4 passed, 4 failed
status 1"

# Each of two waits for the other.
cat >"$dir/meet" <<'END'
touch "$1/$2"
n=0
until [ -e "$1/$3" ] || [ $n = 100 ]; do
    sleep 0.1
    n=$((n + 1))
done
[ $n -lt 100 ]
END
steps "meet() { yes_or_no \"\$1 meets \$2\" sh $dir/meet $dir \"\$@\"; yes_or_no \"\$1 goes on\" true; [ \$1 = a ] || sleep 1; }
part meet a b
part meet b a"
is "parts run side by side, and each prints in one piece" "== a meets b: ok (0 s)
== a goes on: ok (0 s)
== b meets a: ok (0 s)
== b goes on: ok (0 s)
4 passed, 0 failed
status 0"

cat >"$dir/inner" <<'END'
. test/count.sh
step "inner" sh -c "echo why; echo 2 passed, 1 failed"
finish
END
steps "part script sh $dir/inner
together
script sh $dir/inner"
is "a script's steps are the caller's, in a part and without" "why
2 passed, 1 failed
== inner: 2 passed, 1 failed (0 s)
why
2 passed, 1 failed
== inner: 2 passed, 1 failed (0 s)
4 passed, 2 failed
status 1"

steps 'broken() { echo "it begins"; exit 0; }
part broken'
is "a part that does not come to its end has failed" "it begins
== FAILED: these steps have no sum
0 passed, 1 failed
status 1"

# Each says when it comes and goes: nobody else does between these two of who is alone, though it could come while another is there.
cat >"$dir/come" <<'END'
echo "$1" >>"$2/all"
[ "$1" != other ] || touch "$2/other"
sleep 0.5
echo "$1" >>"$2/all"
END
steps "others() { for i in 1 2 3; do yes_or_no other sh $dir/come other $dir; done; }
lonely() { until [ -e $dir/other ]; do sleep 0.01; done; alone yes_or_no lonely sh $dir/come lonely $dir; }
part others
part lonely"
got=$(uniq -c "$dir/all" | grep lonely | sed 's/^ *//')
is "nobody is beside who is alone" "2 lonely"

steps 'step outer sh -c ". test/count.sh; alone yes_or_no inner true; finish"'
is "a step within a step cannot be alone" "not ok: a step of a step is not alone: inner
0 passed, 1 failed
== outer: 0 passed, 1 failed (0 s)
0 passed, 1 failed
status 1"

# What was started ends with who started it.
cat >"$dir/script" <<END
. test/count.sh
long() { yes_or_no long sh -c 'echo \$\$ >$dir/pid; exec sleep 100'; }
part long
finish
END
sh "$dir/script" >/dev/null 2>&1 &
script=$!
n=0
until [ -s "$dir/pid" ] || [ $n = 100 ]; do
    sleep 0.1
    n=$((n + 1))
done
kill $script
wait $script
got="status $?"
n=0
while kill -0 "$(cat "$dir/pid")" 2>/dev/null && [ $n -lt 100 ]; do
    sleep 0.1
    n=$((n + 1))
done
[ $n -lt 100 ] || got="$got, and it runs on"
is "who is ended ends its steps" "status 130"

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
