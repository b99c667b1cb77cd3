#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# reference.sh LONA: makes the HTML reference and looks whether each address in it is there, each name that the library has is in it, and the
# script that searches finds one.
lona=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
sh tools/reference.sh "$lona" "$folder" >"$folder/said" || { cat "$folder/said"; exit 1; }
status=0
fail() {
    echo "$1"
    status=1
}
# Anchors as page#name, addresses as page#name or page.
grep -oH 'id="[^"]*"' "$folder"/*.html | sed "s|^$folder/||; s|:id=\"|#|; s|\"\$||" >"$folder/anchors"
(cd "$folder" && ls ./*.html ./*.css ./*.js | sed 's|^\./||') >>"$folder/anchors"
grep -oHE '(href|src)="[^"]*"' "$folder"/*.html | sed "s|^$folder/||; s|\"\$||" | sed -E 's|^([^:]*):(href\|src)="#(.*)$|\1#\3|; s|^[^:]*:(href\|src)="||' |
    grep -vE '^https?:' | sort -u >"$folder/addresses"
[ "$(wc -l <"$folder/addresses")" -gt 1000 ] || fail "there are few addresses: $(wc -l <"$folder/addresses")"
sort -u "$folder/anchors" >"$folder/sorted"
missing=$(comm -23 "$folder/addresses" "$folder/sorted")
[ -z "$missing" ] || fail "these lead nowhere:
$missing"
for name in 'lona.core.html#map' 'lona.string.html#join' 'lona.kernel.html#make' 'lona.otp.supervisor.html#start-link'; do
    grep -qxF "$name" "$folder/sorted" || fail "not there: $name"
done
grep -qF '["map","lona.core","Returns the lazy sequence' "$folder/index.js" || fail "the index of the search has no sentences"
exit $status
