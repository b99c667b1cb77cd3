#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# examples.sh LONA: runs the examples of doc/spec and of the library's docstrings.
exec "$1" test/examples.lona-s doc/spec/*.md
