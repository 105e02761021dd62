#!/bin/sh
# Installs the ONVIF clients of other people that judge the simulated cameras: onvif-util from Debian, two from PyPI, one
# from npm, into target/tools. Installs nothing that is there already.
set -eu
. "$(dirname "$0")/say.sh"
packages python3:python3 node:nodejs npm:npm onvif-util:onvif-tools strace:strace
# The module is there without python3-venv, but not the pip that it puts into an environment.
if ! python3 -c 'import ensurepip, venv' >/dev/null 2>&1; then packages ensurepip-of-python3:python3-venv; fi

judges=examples/simulated-onvif/tests/clients
venv=$target/tools/onvif-venv
if ! cmp -s "$judges/requirements.txt" "$venv/requirements.txt"; then
    say "安装 Python 的 ONVIF 客户端" "installing the ONVIF clients of Python"
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$judges/requirements.txt"
    # Last, so that an installation which was interrupted begins anew.
    cp "$judges/requirements.txt" "$venv/requirements.txt"
fi

node=$target/tools/onvif-node
if ! cmp -s "$judges/package-lock.json" "$node/package-lock.json" || [ ! -d "$node/node_modules" ]; then
    say "安装 npm 的 ONVIF 客户端" "installing the ONVIF client of npm"
    rm -rf "$node"
    mkdir -p "$node"
    cp "$judges/package.json" "$judges/package-lock.json" "$node/"
    npm ci --prefix "$node" --omit=dev --no-audit --no-fund --silent
fi
