#!/usr/bin/env bash
# Runs bench/gpu.mjs with the Node of this machine, or with one carried beside the package in node/bin where there is
# none or it is too old. All arguments are handed on; see bench/gpu.md.
set -uo pipefail
cd "$(dirname "$0")/.."

works() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; }

for node in "${NODE:-node}" ./node/bin/node ../node/bin/node; do
  if works "$node"; then exec "$node" bench/gpu.mjs "$@"; fi
done
echo "bench/gpu.sh: Node 20.19 or newer is needed: on the PATH, in \$NODE, or unpacked to $PWD/node" >&2
exit 2
