#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# prompt.sh LONA: sessions at the prompt on a pseudo-terminal (script of bsdutils): keys in, screen out.
lona=$1
dir=$(mktemp -d)
trap 'exec 3>&-; kill $pid 2>/dev/null; rm -rf "$dir"' EXIT
if ! command -v script >/dev/null; then
    echo "ok prompt.sh SKIPPED: there is no script command"
    exit 0
fi

# begin: a session with an empty screen log
begin() {
    rm -f "$dir/in" "$dir/screen"
    mkfifo "$dir/in"
    : >"$dir/screen"
    HOME=$dir TERM=vt100 NO_COLOR=1 script -qefc "stty cols 80 rows 24; $lona; echo \"status \$?\"" "$dir/log" \
        <"$dir/in" >"$dir/screen" 2>&1 &
    pid=$!
    exec 3>"$dir/in"
    seen=0
    if ! await "lona> "; then
        echo "not ok a prompt appears: $(tail -12 "$dir/screen")"
        exit 1
    fi
}
end() {
    exec 3>&-
    wait $pid
}
# await TEXT [TENTHS]: waits until the text appears on the part of the screen that was not looked at yet
await() {
    tries=0
    while ! tail -c +$((seen + 1)) "$dir/screen" | grep -qF -e "$1"; do
        tries=$((tries + 1))
        [ $tries -gt "${2:-100}" ] && return 1
        sleep 0.1
    done
    return 0
}
# keys FORMAT: types, after marking the screen as seen
keys() {
    seen=$(wc -c <"$dir/screen")
    printf "$1" >&3
}
# expect NAME TEXT: the text has to appear
expect() {
    if await "$2"; then
        echo "ok $1"
    else
        echo "not ok $1: wanted $2, saw: $(tail -c +$((seen + 1)) "$dir/screen" | tr -d '\033\r' | tail -12)"
    fi
}

begin
keys '(+ 1 20)\r'
expect "a result is printed" "21"
await "lona> "
keys '(defn f [x]\r(/ 600 x))\r'
expect "an unfinished form goes on in the next line" "#'user/f"
await "lona> "
keys '(f 3)\033[D\033[D\177' # left, left, backspace takes the 'space' before 3
keys ' \r'
expect "editing in the middle of a line" "200"
await "lona> "
keys '(f\001\013(str "k" "il\005led")\r' # ctrl-a ctrl-k
expect "home, kill" "killed"
await "lona> "
keys '(interl\t [1] [2])\r'
expect "TAB completes" "(1 2)"
await "lona> "
keys '(do (print "no new" "line") :of-its-own)\r'
await "of-its-own"
if tr -d '\r' <"$dir/screen" | grep -q '^:of-its-own'; then
    echo "ok a result begins a line behind text that left one unfinished"
else
    echo "not ok a result begins a line: $(tail -3 "$dir/screen")"
fi
await "lona> "
keys '(+ 20\r'
await "| "
keys '1)\r'
expect "a line that is typed is indented" "|   1)"
expect "and ends the form" "21"
await "lona> "
keys '(str "n" (count "\346\227\245\346\234\254"))\r'
expect "UTF-8" "n2"
await "lona> "
keys '\033[200~(+ 100\n   200)\033[201~\r'
expect "bracketed paste of several lines" "300"
await "lona> "
keys '[*1 *2]\r'
expect "the last results" "[300"
await "lona> "
keys "(str \"n\" (count [\r$(seq 1 5000 | tr '\n' '\r')]))\r"
expect "text of thousands of lines that is not marked as pasted" '"n5000"'
await "lona> "
keys "\033[200~[:row-one\n$(seq 2 40)]\033[201~"
await " 40]"
keys ' '
sleep 1
if tail -c +$((seen + 1)) "$dir/screen" | grep -q 'row-one'; then
    echo "not ok of a text taller than the screen that part is drawn in which the cursor is"
else
    echo "ok of a text taller than the screen that part is drawn in which the cursor is"
fi
keys '\r'
expect "and all of it is evaluated" "[:row-one 2 3"
await "lona> "
keys '(let [total-price 5] (* 4 total-p\t))\r'
expect "TAB completes words of the text" "20"
await "lona> "
keys 'nosuchname\r'
expect "a compile error shows the place" "^"
expect "and the prompt is back" "lona> "
keys '(let [a 5] [(f 0) a])\r'
expect "an error enters the debugger" "lona:debug> "
keys ':frames\r'
expect "the stack is intact" "user/f"
await "lona:debug> "
keys ':locals 0\r'
expect "locals of a frame" "x = 0"
await "lona:debug> "
keys '(+ x 77)\r'
expect "forms see the locals" "77"
await "lona:debug> "
keys '(+ x\r notaname)\r'
expect "an error of a form in the debugger has its place" ":2:2"
await "lona:debug> "
keys '(str "a" "b")\r'
await "lona:debug> "
keys '[*1 *2]\r'
expect "results in the debugger are *1 *2" '["ab" 77]'
await "lona:debug> "
keys ':frame 1\r'
expect "the typed form is a frame" "top level"
expect "with its locals" "a = 5"
await "lona:debug> "
keys ':set x 1\r'
expect "only locals of the chosen frame are set" "no local of that name"
await "lona:debug> "
keys '(nothing-like-this)\r'
expect "an error in the debugger stays there" "lona:debug> "
keys '*e\r'
expect "the error is in *e" ":arithmetic-error"
await "lona:debug> "
keys '0\r'
expect "aborting leads back to the prompt" "lona> "
keys '(restart-case (error :oops "no") (:use-value [v] :report "use another" (* v 2)))\r'
expect "restarts are listed" "0: use-value - use another"
await "lona:debug> "
keys '0 21\r'
expect "a restart takes a value" "42"
await "lona> "
keys '(loop [] (recur))\r'
sleep 0.5
keys '\003'
expect "Ctrl-C stops an infinite loop" ":interrupt"
await "lona:debug> "
keys ':quit\r'
expect "and the prompt is there again" "lona> "
await "lona> "
keys '(loop [i 0] (if (= i 7) [:seven i] (recur 0)))\r'
sleep 0.5
keys '\003'
await "lona:debug> "
keys ':set i (+ 3 4)\r'
expect "a local is set" "i = 7"
await "lona:debug> "
keys '0\r'
expect "and the code goes on with it" "[:seven 7]"
await "lona> "
keys '(defn half [x] (/ x 0))\r'
await "lona> "
keys '(try [:half (half 10)] (finally (println "fin" "ally")))\r'
await "lona:debug> "
keys ':return (quot x 2)\r'
expect "the chosen frame returns a value" "[:half 5]"
await "lona> "
keys '(try [:half (half 10)] (finally (println "fin" "ally")))\r'
await "lona:debug> "
keys ':frame 1\r'
await "lona:debug> "
keys ':return (half 1)\r'
expect "an error in what is to be returned stops in a debugger of its own" "0: abort - back to the debugger"
await "lona:debug> "
keys ':locals 0\r'
expect "with the frame that failed" "x = 1"
await "lona:debug> "
keys '0\r'
await "lona:debug> "
keys ':return [:whole]\r'
expect "what finally bodies are in the frame run first" "fin ally"
expect "and then it returns" "[:whole]"
for endless in '(prn (range))' '(str (range))' '(into #{} (range))' '(hash (range))' '(= (range) (range))' '(last (range))' \
    '(get {} (range))' '(apply * (range 1 1000000N))'; do
    await "lona> "
    keys "$endless\r"
    sleep 0.5
    keys '\003'
    expect "Ctrl-C stops $endless" ":interrupt"
    await "lona:debug> "
    keys ':quit\r'
done
await "lona> "
keys '(prn (map inc (range)))\r'
await " 300 "
keys '\003'
await "lona:debug> "
keys '0\r'
expect "a printing that was interrupted goes on" "0 "
keys '\003'
await "lona:debug> "
keys ':quit\r'
await "lona> "
keys '(def big (vec (repeat 15000 (vec (range 1000)))))\r'
await "user/big"
keys '(str "n" (count (pr-str big)) "n")\r'
sleep 0.2
keys '\003'
await "lona:debug> "
keys '0\r'
expect "so does a native" "n58380001n"
await "lona> "
keys '(vec (repeat 100 (vec (range 100))))\r'
expect "a large result is shortened as a whole" "; shortened: (prn"
await "lona> "
keys '(let [p (spawn-link (fn [] (exit :because)))] (receive [:exit (= p) why] (str "it ended " why)))\r'
expect "a linked process that ends is told by a message, the prompt lives on" "it ended :because"
await "lona> "
keys '(this is not wanted\003'
expect "Ctrl-C clears the line" "lona> "
keys '(+ 2 2222)\r'
expect "and leaves nothing behind" "2224"
await "lona> "
keys '\022+ 1 2\r'
expect "ctrl-r finds in the history" "21"
await "lona> "
keys '((fn g [n] (inc (g n))) 1)\r'
expect "endless recursion is an error" ":stack-overflow"
await "lona:debug> "
keys '\004'
expect "Ctrl-D leaves the debugger" "lona> "
keys '\004'
expect "Ctrl-D leaves on an empty line" "status 0"
end

begin
keys '\033[A\r'
expect "history from the file" ":stack-overflow"
await "lona:debug> "
keys ':q\r'
await "lona> "
keys '(halt 9)\r'
expect "halt leaves with the status" "status 9"
end
grep -qxF '"(+ 1 20)"' "$dir/.lona_history" && echo "ok the history is kept" || echo "not ok the history is kept"

# is_rescued NAME HOW: in the rescue prompt lona.core/NAME is brought back, and with it the prompt.
is_rescued() {
    expect "$2" "Redefined: lona.core/$1"
    await "lona:rescue> "
    keys "(restore-var\n#'lona.core/$1)\n"
    expect "$1 is brought back" "#'lona.core/$1"
    await "lona:rescue> "
    keys '\n'
    await "lona> "
    keys '(str "f" (+ 1 20) "e")\r'
    expect "and with it the prompt" '"f21e"'
    await "lona> "
}

# The prompt's own functions are redefined, and brought back in the rescue prompt.
begin
for name in + seq count first str deref; do
    keys "(defn lona.core/$name [& _] :broken)\\r"
    is_rescued "$name" "a prompt that broke with $name is rescued"
done
for name in get println string? nil?; do # these do not make it fail, but nothing is answered any more
    keys "(defn lona.core/$name [& _] :broken)\\r"
    for press in 1 2 3 4 5 6; do
        sleep 0.3
        keys '\003'
        await "lona:rescue> " 1 && break
    done
    is_rescued "$name" "a prompt that is deaf for $name is rescued by ctrl-c"
done
keys '(alter-var-root (var count) (constantly nil))\r'
await "lona:rescue> "
keys '(/ 1 0)\n'
expect "an error in the rescue prompt is told" ":arithmetic-error"
await "lona:rescue> "
keys '\n'
expect "the prompt fails again while nothing is mended" "The prompt failed"
await "lona:rescue> "
keys '\004'
expect "Ctrl-D leaves the rescue prompt" "status"
end

LONA_MEMORY=100M begin
for form in '(def v (vec (range 100000000)))' '(def s (apply str (repeat 50000000 "abcdef")))' '(def w (vec (range 100000000)))'; do
    keys "$form\\r"
    expect "$form takes all memory and is told so" ":out-of-memory"
    await "lona:debug> "
done
keys '(+ 1 2)\r'
expect "the debugger goes on where memory is out" "3"
await "lona:debug> "
keys '0'
await "lona> "
keys '(count (vec (range 400000)))\r'
expect "memory that was given up is there again" "400000"
await "lona> "
keys '\004'
await "status"
end

seq 1 2500 | sed 's/.*/"(f &)"/' >"$dir/.lona_history"
begin
keys '(+ 1 1)\r'
await "2"
keys '\004'
await "status"
end
n=$(wc -l <"$dir/.lona_history")
[ "$n" -le 2000 ] && [ "$n" -ge 1000 ] && echo "ok the history is bounded" || echo "not ok the history is bounded: $n"
