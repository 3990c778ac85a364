#!/usr/bin/env bash
# Runs the command line of Heretix, building it first when it is not there or older than its sources.
set -euo pipefail
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
"$root/scripts/publish" hx Cli src/{Chats,Cli,Estimation,Lake,Models,Research,Rpl} prompts Directory.{Build,Packages}.props package-lock.json
exec "$root/artifacts/hx/hx" "$@"
