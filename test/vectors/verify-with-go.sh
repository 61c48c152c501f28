#!/bin/sh
# Verifies a running ledger with Go's own transparency log code (golang.org/x/mod/sumdb).
#
#   test/vectors/verify-with-go.sh http://127.0.0.1:8420/ledger '<the Ed25519 verifier key>' [older-checkpoint-file]
#
# It checks the signature of the checkpoint, that the tiles give its root, that every entry (of a large log, a
# sample) is in the tree, and that the log continues the older checkpoint. Exit status: 0 verified, 1 not, 2 wrong
# use, 3 Go or its module is missing.
set -eu

if [ "$#" -lt 2 ] || [ "$#" -gt 3 ]; then
  echo "usage: $0 <base-url> <vkey> [older-checkpoint-file]" >&2
  exit 2
fi
if ! command -v go >/dev/null 2>&1; then
  echo "Go is missing. On Debian or Ubuntu: apt-get install golang-go golang-golang-x-mod-dev" >&2
  exit 3
fi

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
source_path=${GOCODE:-/usr/share/gocode}
if [ ! -d "$source_path/src/golang.org/x/mod/sumdb/tlog" ]; then
  echo "golang.org/x/mod is missing. On Debian or Ubuntu: apt-get install golang-golang-x-mod-dev" >&2
  echo "Elsewhere: set GOCODE to a GOPATH that holds src/golang.org/x/mod" >&2
  exit 3
fi

built=$(mktemp -d)
trap 'rm -rf "$built"' EXIT
GO111MODULE=off GOFLAGS='' GOPATH="$source_path" GOCACHE="${GOCACHE:-$built/cache}" go build -o "$built/verify" "$here/go/main.go"
"$built/verify" "$@"
