#!/bin/sh
# The figures of the README, as ratios inside one run; writes target/bench/results.json. Name a part to run only it:
# `sh .ci/bench.sh sandbox`.
set -eu
. "$(dirname "$0")/say.sh"
packages cc:gcc+libc6-dev mosquitto:mosquitto node:nodejs npm:npm
sh .ci/plugins.sh

peer=$target/bench/node-red
if ! cmp -s tests/bench/node-red/package-lock.json "$peer/package-lock.json" || [ ! -d "$peer/node_modules" ]; then
    say "安装 Node-RED" "installing Node-RED"
    rm -rf "$peer"
    mkdir -p "$peer"
    cp tests/bench/node-red/package.json tests/bench/node-red/package-lock.json "$peer/"
    npm ci --prefix "$peer" --omit=dev --omit=optional --no-audit --no-fund --silent
fi

say "编译发布版" "building the release"
# Together, so that both have the same features and nothing is built twice.
cargo build --release --locked -p xueliang -p xl-tests --bin xueliang --bin crowd --bench figures
say "测量" "measuring"
cargo bench --locked -p xl-tests --bench figures -- "$@"
