#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# export.sh LONA: a namespace written back to source, loaded again in a fresh system, has the same definitions.
lona=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/shop"
cat >"$dir/make.lona-s" <<'END'
; The shop: what it sells
; and for how much.
(ns shop.cart "Prices." (:require [lona.walk :as walk] [lona.zip :refer [root]]))

; the rate
; of tax
(def rate 3)

(defn total "Adds." [xs] (+ rate (reduce + xs)))
(defmacro twice [x] `(do ~x ~x))
(defn- use-it [x] [(twice x) (total [1]) (walk/postwalk identity x)])
(defrecord Item [name price])
(declare later)
(defn early [] (later))
(defn later [] :late)
(def ^:dynamic *mode* :plain)
; changed afterwards, with what did not exist before
(defn helper [x] (inc x))
(defn total [xs] (helper (+ rate (apply + xs))))
(export-ns 'shop.cart (first *command-line-args*))
(export-ns 'shop.cart (second *command-line-args*))
END
cat >"$dir/use.lona-s" <<'END'
(require 'shop.cart)
(prn (shop.cart/total [1 2]) (shop.cart/early) (#'shop.cart/use-it [9]) (:price (shop.cart/->Item "x" 3)))
(prn (:doc (meta #'shop.cart/total)) (:doc (meta (the-ns 'shop.cart))) (:dynamic (meta #'shop.cart/*mode*)))
(export-ns 'shop.cart (first *command-line-args*))
END
expect() {
    if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: $2"; fi
}
"$lona" "$dir/make.lona-s" "$dir/shop/cart.lona-s" "$dir/again.lona-s" 2>&1
expect "exporting changes nothing" "$(cmp "$dir/shop/cart.lona-s" "$dir/again.lona-s" 2>&1)" ""
out=$(cd "$dir" && "$lona" use.lona-s "$dir/third.lona-s" 2>&1)
expect "the exported file gives the same state" "$out" '7 :late [[9] 5 [9]] 3
nil "Prices." true'
expect "exporting it again gives the same file" "$(diff "$dir/shop/cart.lona-s" "$dir/third.lona-s" 2>&1)" ""
[ "$(head -n 3 "$dir/shop/cart.lona-s" | tr '\n' ' ')" = '; The shop: what it sells ; and for how much. (ns shop.cart ' ] &&
    grep -q '^; of tax$' "$dir/shop/cart.lona-s" && echo "ok comments are kept" || echo "not ok comments are kept"
grep -q '(declare .*helper' "$dir/shop/cart.lona-s" && echo "ok names are declared before they are used" ||
    echo "not ok names are declared before they are used: $(cat "$dir/shop/cart.lona-s")"

# Namespaces of all kinds, and random ones; SEED=n repeats these.
seed=${SEED:-$(date +%s)}
mkdir "$dir/export"
cp test/export/cases.lona-s "$dir/export/"
LONA_PATH=$dir "$lona" test/export/run.lona-s make "$dir" "$seed" 2>&1
LONA_PATH=$dir "$lona" test/export/run.lona-s check "$dir" "$seed" 2>&1 | sed "s/^not ok .*/& (SEED=$seed)/"
