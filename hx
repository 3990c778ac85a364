#!/usr/bin/env bash
# Runs the command line of Heretix, building it first when it is not there or older than its sources.
set -euo pipefail
here=${BASH_SOURCE[0]}
[ ! -L "$here" ] || here=$(readlink -f "$here")
root=${here%/*}
[ "$root" != "$here" ] || root=.
app=$root/artifacts/hx
sources=("$root/src" "$root/prompts" "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/package-lock.json")
stale() {
  [ ! -x "$app/hx" ] ||
    [ -n "$(find "${sources[@]}" -type d \( -name bin -o -name obj \) -prune -o -type f -newer "$app/.built" -print -quit)" ]
}
if stale; then "$root/scripts/build-hx" "$root"; fi
exec "$app/hx" "$@"
