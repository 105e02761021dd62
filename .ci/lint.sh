#!/bin/sh
# Format, lints, documentation, and what may come into the tree from outside.
set -eu
. "$(dirname "$0")/say.sh"
toolchain
cargo clippy --version >/dev/null 2>&1 && cargo fmt --version >/dev/null 2>&1 || rustup component add clippy rustfmt

say "格式" "format"
cargo fmt --all --check

say "代码检查" "lints"
cargo clippy --workspace --all-targets --locked -- -D warnings
# Without its optional parts only the hub itself is read again: everything below stays as it is.
cargo clippy --workspace --exclude xl-tests --no-default-features --locked -- -D warnings

say "文档" "documentation"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --document-private-items --locked

# Built without optimisation: a minute instead of five, and it runs for two seconds.
version=0.20.2
tool=$target/tools/bin/cargo-deny
if [ "$("$tool" --version 2>/dev/null)" != "cargo-deny $version" ]; then
    say "安装 cargo-deny $version" "installing cargo-deny $version"
    CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$target/tools/build" \
        cargo install cargo-deny --version "=$version" --locked --debug --force --quiet --root "$target/tools"
    rm -rf "$target/tools/build"
fi
say "依赖" "dependencies"
"$tool" --locked check bans licenses sources

advisories=https://github.com/rustsec/advisory-db
if command -v git >/dev/null 2>&1 && timeout 20 git ls-remote --quiet --exit-code "$advisories" HEAD >/dev/null 2>&1; then
    "$tool" --locked check advisories
else
    say "跳过安全公告：取不到 $advisories" "advisories skipped: $advisories cannot be had from here"
fi
