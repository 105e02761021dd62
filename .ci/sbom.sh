#!/bin/sh
# Writes what the hub and its plugins are made of, as CycloneDX JSON: `sh .ci/sbom.sh sbom.cdx.json`. With the folder of a release as
# second word, the hashes of its files stand in it too. Asks cargo and no network; `cargo fetch --locked` comes first.
#
# jq over `cargo metadata` and not cargo-cyclonedx: that one writes a list for each crate into its folder, with a number and a time
# of its own, and a county wants one for all that it installs, the same for each build of a commit.
set -eu
. "$(dirname "$0")/say.sh"
packages jq:jq
LC_ALL=C
export LC_ALL
file=$1 release=${2-}
plugins=$(for manifest in plugins/*/plugin.toml; do basename "$(dirname "$manifest")"; done)
version=$(sed -n '/^\[workspace\.package\]/,/^$/s/^version = "\(.*\)"$/\1/p' Cargo.toml)
machine=$(rustc -vV | sed -n 's/^host: //p')
# The time of the commit, not of the build.
time=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}

# "name version" of what is in a package, on what it runs on.
tree() {
    # Not in the pipe: what cannot be asked ends the script, and no part is left out in silence.
    cargo tree --locked --offline -p "$1" --target "$2" --edges "$3" --prefix none --format '{p}' >"$list/tree"
    sed 's/^\([^ ]*\) v\([^ ]*\).*/\1 \2/' "$list/tree" | sort -u
}
list=$(mktemp -d)
trap 'rm -rf "$list"' EXIT
: >"$list/files"
for part in xueliang $plugins; do
    if [ "$part" = xueliang ]; then on=$machine made=xueliang; else on=wasm32-wasip2 made=plugins/$part.wasm; fi
    tree "$part" "$on" normal,build >"$list/of"
    sed "s/^/$part /" "$list/of" >>"$list/parts"
    tree "$part" "$on" normal,no-proc-macro >>"$list/run"
    [ -z "$release" ] || echo "$(sha256sum "$release/$made" | cut -d ' ' -f 1) $part" >>"$list/files"
done
awk -F '"' '/^name = /{name=$2} /^version = /{version=$2} /^checksum = /{print name, version, $2}' Cargo.lock >"$list/sums"
cargo metadata --format-version 1 --locked --offline >"$list/metadata"
# SQLite is no crate of its own, and advisories go by its version.
crate=$(dirname "$(jq -r '.packages[] | select(.name == "libsqlite3-sys").manifest_path' "$list/metadata")")
sqlite=$(sed -n 's/^#define SQLITE_VERSION  *"\(.*\)"$/\1/p' "$crate/sqlite3/sqlite3.h")
jq --rawfile parts "$list/parts" --rawfile run "$list/run" --rawfile sums "$list/sums" --rawfile files "$list/files" \
    --arg version "$version" --arg time "$(date -u -d "@$time" +%FT%TZ)" --arg sqlite "${sqlite:?}" \
    --from-file .ci/sbom.jq "$list/metadata" >"$file"
