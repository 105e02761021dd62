#!/bin/sh
# Installs the OpenID provider of other people that the tests sign in by, from npm into target/tools. Installs nothing that
# is there already.
set -eu
. "$(dirname "$0")/say.sh"
packages node:nodejs npm:npm

provider=tests/openid
node=$target/tools/openid-node
if ! cmp -s "$provider/package-lock.json" "$node/package-lock.json" || [ ! -d "$node/node_modules" ]; then
    say "安装 npm 的 OpenID 认证方" "installing the OpenID provider of npm"
    rm -rf "$node"
    mkdir -p "$node"
    cp "$provider/package.json" "$provider/package-lock.json" "$node/"
    npm ci --prefix "$node" --omit=dev --no-audit --no-fund --silent
fi
