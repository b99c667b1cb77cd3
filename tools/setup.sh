#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# setup.sh LIST: installs the Debian packages of the list that are missing or too old, saying what and why. A line of the
# list is "name why" or "name>=version why"; where the release's own version is too old, its backports are added.
set -eu
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
# Libraries for arm64 need the architecture.
if grep -q ":arm64" "$1" && ! dpkg --print-foreign-architectures | grep -q arm64; then
    $sudo dpkg --add-architecture arm64
fi
new_enough() { # new_enough VERSION WANTED
    [ -n "$1" ] && dpkg --compare-versions "$1" ge "$2"
}
missing=
newer=
while read -r entry why; do
    case "$entry" in '' | '#'*) continue ;; esac
    name=${entry%%>=*}
    wanted=0
    [ "$name" = "$entry" ] || wanted=${entry#*>=}
    # shellcheck disable=SC2016
    status=$(dpkg-query -W -f '${db:Status-Status} ${Version}\n' "$name" 2>/dev/null | head -n 1)
    case "$status" in "installed "*) new_enough "${status#installed }" "$wanted" && continue ;; esac
    echo "missing: $entry ($why)"
    missing="$missing $name"
    [ "$wanted" = 0 ] || newer="$newer $name=$wanted"
done <"$1"
[ -n "$missing" ] || exit 0
$sudo apt-get update -qq
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
target=
for entry in $newer; do
    candidate=$(LC_ALL=C apt-cache policy "${entry%%=*}" | sed -n 's/^ *Candidate: //p')
    new_enough "$candidate" "${entry#*=}" || target="$release-backports"
done
if [ -n "$target" ] && ! apt-cache policy | grep -q "n=$target"; then
    echo "deb http://deb.debian.org/debian $target main" | $sudo tee "/etc/apt/sources.list.d/$target.list" >/dev/null
    $sudo apt-get update -qq
fi
for entry in $newer; do
    [ -z "$target" ] || missing=$(echo "$missing " | sed "s|\( ${entry%%=*}\) |\1/$target |")
done
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
