#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# tests.sh LONA: lona --test: what it finds, how it exits.
lona=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
unset LONA_PATH
mkdir -p "$dir/test/app/deep"
cat >"$dir/test/app/good_test.cljc" <<'END'
(ns app.good-test (:require [clojure.test :refer [deftest is]]))
(deftest one (is (= 1 1)))
(deftest two (is (= 2 2)))
END
cat >"$dir/test/app/deep/bad_test.lona-s" <<'END'
(ns app.deep.bad-test (:require [lona.test :refer [deftest is]]))
(deftest fine (is true))
(deftest wrong (is (= 1 2)))
(deftest dies (spawn-link (fn [] (exit :boom))) (receive :never 1))
END
mkdir -p "$dir/test/per_function"
cat >"$dir/test/per_function/abs.cljc" <<'END'
(ns per-function.abs (:require [clojure.test :refer [deftest is]] [per-function.help :refer [same]]))
(deftest test-abs (is (same 1 (abs -1))))
END
cat >"$dir/test/per_function/help.cljc" <<'END'
(ns per-function.help)
(def same =)
END
cat >"$dir/broken_test.lona-s" <<'END'
(ns broken-test)
(no-such-function)
END
# check NAME STATUS PATTERN ARGS...: the output of lona --test ARGS, errors included, matches the grep pattern.
check() {
    name=$1 status=$2 pattern=$3
    shift 3
    got=$(cd "$dir" && timeout 20 "$lona" --test "$@" 2>&1 </dev/null)
    st=$?
    if [ "$st" = "$status" ] && echo "$got" | grep -q -e "$pattern"; then
        echo "ok $name"
    else
        echo "not ok $name: status $st, output: $got"
    fi
}
check "all tests of the folder test" 1 '^Ran 5 tests containing 5 assertions' -r plain
check "a test that ends its process is told" 1 'ended with :boom'
check "a namespace" 0 '^Ran 2 tests' app.good-test
check "one test" 0 '^Ran 1 tests' app.deep.bad-test/fine
check "tests of a pattern" 0 '^Ran 2 tests' 'app.*/*o*e' app.deep.bad-test/fine
check "namespaces of a pattern" 0 '^Ran 2 tests' '*.good*'
check "a file" 0 '^Ran 2 tests' test/app/good_test.cljc
check "a directory" 1 '^Ran 3 tests' test/app/deep
check "a directory where no file is called _test" 0 '^Ran 1 tests' test/per_function
check "a pattern of which no file is called _test" 0 '^Ran 1 tests' 'per-function.*'
check "what is named twice runs once" 0 '^Ran 2 tests' app.good-test test/app/good_test.cljc 'app.go*'
check "a file that cannot be loaded is an error" 1 'cannot load broken_test.lona-s' broken_test.lona-s
check "a namespace that is not there is an error" 1 'cannot load no.such' no.such
check "nothing to be tested" 2 '^lona: there are no tests' 'zzz*'
check "JUnit's XML" 0 '<testcase classname="app.good-test" name="one">' -r junit app.good-test
check "TAP" 0 '^1\.\.2' --reporter tap app.good-test
check "dots" 0 '^\.\.$' -r dots -j 1 app.good-test
check "an unknown reporter" 2 '"-r loud": is plain, dots, tap or junit' -r loud
check "a time that is none" 2 '"-t soon"' -t soon
check "help" 0 'usage: lona --test' --help
