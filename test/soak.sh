#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# soak.sh LONA SECONDS [SEED]: test/processes/soak.lona-s, ended when it stands still.
exec env LONA_PATH=test timeout $(($2 + 300)) "$1" test/processes/soak.lona-s "$2" $3
