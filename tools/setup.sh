#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# setup.sh LIST: installs the Debian packages of the list that are missing, saying what and why.
set -eu
# Libraries for arm64 need the architecture.
if grep -q ":arm64" "$1" && ! dpkg --print-foreign-architectures | grep -q arm64; then
    dpkg --add-architecture arm64
fi
missing=
while read -r name why; do
    case "$name" in '' | '#'*) continue ;; esac
    if ! dpkg-query -W -f '${Status}' "$name" 2>/dev/null | grep -q 'ok installed'; then
        echo "missing: $name ($why)"
        missing="$missing $name"
    fi
done <"$1"
[ -n "$missing" ] || exit 0
sudo=
[ "$(id -u)" = 0 ] || sudo=sudo
$sudo apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
