#!/bin/sh
# Builds every plugin of the repository and packs it with its manifest into target/plugins/<package>.wasm.
set -eu
. "$(dirname "$0")/say.sh"
toolchain

# A folder with both files is a plugin; its package name is its name.
folders=$(for manifest in plugins/*/plugin.toml examples/*/plugin.toml tests/plugins/*/plugin.toml; do
    folder=${manifest%/plugin.toml}
    if [ -f "$folder/Cargo.toml" ]; then echo "$folder"; fi
done)
name() {
    sed -n 's/^name = "\(.*\)"$/\1/p' "$1/Cargo.toml" | head -n 1
}

say "编译插件" "building the plugins"
set --
for folder in $folders; do
    set -- "$@" -p "$(name "$folder")"
done
cargo build --profile plugin --locked --target wasm32-wasip2 --config "target.wasm32-wasip2.rustflags=$remap" "$@"

# The whole workspace, so that features are the same as for the tests and nothing is built twice.
say "编译枢纽与模拟县" "building the hub and the simulated county"
cargo build --locked --workspace --bins

for folder in $folders; do
    package=$(name "$folder")
    component=$target/wasm32-wasip2/plugin/$(echo "$package" | tr '-' '_').wasm
    "$target/debug/xueliang" plugin pack "$folder" --component "$component" --out "$target/plugins/$package.wasm"
done
