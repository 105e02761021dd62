#!/bin/sh
# What a county installs: the hub, its plugins, the configuration, a list of what all of it is made of (CycloneDX), and the hashes;
# in target/sealed/<name>/, and as <name>.tar.gz beside it. Everything is fetched first; then it is built in namespaces of its own:
# without a network, so no build script can fetch anything, and under names that are the same everywhere, so that nothing of a folder
# is in it. `sh .ci/release.sh components` builds the plugins' components only.
set -eu
only=${1:-everything}
# A folder of its own: nothing that was built with a network is taken over.
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/sealed
export CARGO_TARGET_DIR
. "$(dirname "$0")/say.sh"
toolchain
packages unshare:util-linux jq:jq
# Flags of one builder would make other files than those of the next.
unset RUSTFLAGS CARGO_ENCODED_RUSTFLAGS CFLAGS
LC_ALL=C
export LC_ALL

# The time of the commit, not of the build; a tree without git is told by its caller.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
version=$(sed -n '/^\[workspace\.package\]/,/^$/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
machine=$(rustc -vV | sed -n 's/^host: //p')
name=xueliang-$version-$machine
if [ -e .git ] && [ -n "$(git status --porcelain)" ]; then name=$name-changed; fi
plugins=$(for manifest in plugins/*/plugin.toml; do basename "$(dirname "$manifest")"; done)

say "取得依赖" "fetching what it is made of"
cargo fetch --locked

# Compiler flags that name a folder anew do not reach what a macro writes of the folder that it is in.
sealed() {
    unshare --map-root-user --net --mount -- sh -c 'mount -t tmpfs none /media && cd /media && mkdir xueliang cargo target &&
        mount --bind "$1" xueliang && mount --bind "$2" cargo && mount --bind "$3" target && cd xueliang && shift 3 &&
        CARGO_HOME=/media/cargo CARGO_TARGET_DIR=/media/target exec "$@"' sh "$PWD" "$home" "$made" "$@"
}
mkdir -p "$made"
sealed true || stop "不能建立隔离的命名空间" "namespaces of their own cannot be made here" \
    "as root, or with sysctl kernel.unprivileged_userns_clone=1"

say "断网编译插件" "building the plugins without a network"
set --
for plugin in $plugins; do set -- "$@" -p "$plugin"; done
sealed cargo build --profile plugin --locked --offline --target wasm32-wasip2 "$@"
component() {
    echo "$target/wasm32-wasip2/plugin/$(echo "$1" | tr '-' '_').wasm"
}
if [ "$only" = components ]; then
    for plugin in $plugins; do sha256sum "$(component "$plugin")"; done | sed 's| .*/| |' >"$target/SHA256SUMS"
    cat "$target/SHA256SUMS"
    exit
fi

say "断网编译枢纽" "building the hub without a network"
sealed cargo build --release --locked --offline -p xueliang --bin xueliang

say "打包" "packing"
out=$target/$name
rm -rf "$out"
mkdir -p "$out/plugins"
install -m 0755 "$target/release/xueliang" "$out/xueliang"
for plugin in $plugins; do
    "$out/xueliang" plugin pack "plugins/$plugin" --component "$(component "$plugin")" --out "$out/plugins/$plugin.wasm"
done
cp -R config LICENSE README.md README.zh-CN.md CHANGELOG.md "$out/"
rm "$out/config/simulated-county.toml"

sh .ci/sbom.sh "$out/sbom.cdx.json" "$out"

(cd "$out" && find . -type f ! -name SHA256SUMS | sort | xargs -d '\n' sha256sum >SHA256SUMS)
tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner --mode='u=rwX,go=rX' -C "$target" -c "$name" | gzip -9n >"$out.tar.gz"
(cd "$target" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
say "完成：$out.tar.gz" "done: $(cut -c 1-16 <"$out.tar.gz.sha256")… $(wc -c <"$out.tar.gz") bytes"
