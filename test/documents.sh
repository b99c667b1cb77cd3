#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-only
# documents.sh FILE...: the namespace lona.documents with the files' texts, for test/examples.lona-s.
echo '(ns lona.documents)'
echo '(def texts {'
for file; do
    printf '"%s" "' "$file"
    sed 's/[\\"]/\\&/g' "$file"
    echo '"'
done
echo '})'
