#!/bin/sh
# Everything that can be tested on this machine. Arguments go to the test runner: `sh .ci/test.sh -E 'test(kill)'`.
set -eu
. "$(dirname "$0")/say.sh"
packages cc:gcc+libc6-dev mosquitto:mosquitto mosquitto_pub:mosquitto-clients strace:strace openssl:openssl jq:jq
sh .ci/plugins.sh
sh .ci/onvif-clients.sh
sh .ci/openid-provider.sh
# What is built here is not all: the list of parts is made of what other machines need too.
cargo fetch --locked --quiet

say "测试" "testing"
if command -v cargo-nextest >/dev/null 2>&1; then
    cargo nextest run --workspace --locked "$@"
else
    cargo test --workspace --locked --lib --bins --tests "$@"
fi
say "文档中的示例" "examples in the documentation"
cargo test --workspace --locked --doc --quiet
