#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# programs.sh LONA [CONNECTIONS SECONDS KILLS THINK]: the tests of the programs of examples/, and the servers at work while their
# processes are killed; see examples/README.md. The last line is "N passed, N failed".
lona=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
cd "$(dirname "$0")/../examples" || exit 1
connections=${2:-60}
seconds=${3:-5}
kills=${4:-10}
think=${5:-10}
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill -9 $server; rm -rf "$dir"' EXIT
passed=0
failed=0
check() { # check NAME COMMAND...
    name=$1
    shift
    if timeout $((seconds + 300)) "$@" >"$dir/out" 2>&1; then
        passed=$((passed + 1))
        [ "$connections" = 60 ] || sed 's/^/  /' "$dir/out"
    else
        failed=$((failed + 1))
        echo "not ok $name"
        grep -E -A 12 '^(FAIL|ERROR) in ' "$dir/out" || head -n 30 "$dir/out"
    fi
}
start() { # start ARGUMENTS: a server on a free port, or on $port
    : >"$dir/server"
    "$lona" "$@" >"$dir/server" 2>&1 &
    server=$!
    n=0
    while ! grep -q '^listening' "$dir/server" && [ $n -lt 100 ]; do
        sleep 0.1
        n=$((n + 1))
    done
    port=$(sed -n 's/^listening on port //p' "$dir/server" | head -n 1)
}
stop() {
    kill -9 $server
    wait $server 2>/dev/null
    server=
}

for file in *_test.cljc *_test.lona-s; do
    [ ! -e "$file" ] || check "$file" env LONA_PATH=. "$lona" ../test/run_file.lona-s "$file"
done

# A port of its own, kept over restarts: what is not listening any more frees it at once.
start kv.lona-s 0 "$dir/log"
stop
start kv.lona-s "$port" "$dir/log" --chaos
check "the store keeps what it acknowledged while its processes are killed" \
    "$lona" load.lona-s "$port" "$connections" "$seconds" "$kills" "$think" "$dir/keys"
stop
start kv.lona-s "$port" "$dir/log"
check "the store keeps it when the program is killed" "$lona" load.lona-s --check "$port" "$dir/keys"
stop
printf 'S torn by a power fail' >>"$dir/log"
start kv.lona-s "$port" "$dir/log"
check "the store cuts off what was never acknowledged" "$lona" load.lona-s --check "$port" "$dir/keys"
stop

start chat.lona-s 0
stop
start chat.lona-s "$port" --chaos
check "people talk on while processes of their server are killed" "$lona" chatter.lona-s "$port" 20 "$seconds" "$kills" 100
stop

start web.lona-s 0 .
check "a thousand connections get from the web server what they ask for" "$lona" webload.lona-s "$port" 1000 "$seconds" 1000
if command -v curl >/dev/null; then
    url=http://127.0.0.1:$port
    check "curl gets a file" sh -c "curl -sf $url/files/README.md | cmp - README.md"
    check "curl gets back what it sent" sh -c "curl -sf --data-binary @README.md $url/echo | cmp - README.md"
    check "curl gets back what it sent in chunks" sh -c "curl -sf -H 'Transfer-Encoding: chunked' --data-binary @README.md $url/echo | cmp - README.md"
    check "curl keeps a connection, whose sessions go on" \
        sh -c "curl -sf -c $dir/jar $url/visits && [ \"\$(curl -sf -b $dir/jar $url/visits $url/visits | tail -n 1)\" = 'visit 3' ]"
    curl -sf "$url/wait/1000" >"$dir/waited" &
    sleep 0.5
else
    echo "skipped: the checks of the web server by curl, which is not here"
    : >"$dir/waited"
fi
kill -TERM $server
wait $server
check "the web server stops gracefully" sh -c "tail -n 1 '$dir/server' | grep -q stopped && { [ ! -e '$dir/jar' ] || grep -q 'waited 1000 ms' '$dir/waited'; }"
server=

echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
