#!/bin/sh
# Builds this commit twice, in two folders that nobody has built in, and compares the hashes of everything that is installed. Two whole
# release builds; `sh .ci/twice.sh components` compares the plugins' components only, in a few minutes.
set -eu
. "$(dirname "$0")/say.sh"
# The same commit in both, whatever is committed meanwhile.
commit=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct "$commit")
export SOURCE_DATE_EPOCH
unset CARGO_TARGET_DIR
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
trap 'exit 1' INT TERM

# Another name, another depth.
one=$place/one two=$place/and/another/two
for folder in "$one" "$two"; do
    mkdir -p "$folder"
    git archive "$commit" | tar -x -C "$folder"
    sh "$folder/.ci/release.sh" "$@"
    # What two builds need at once is the hashes; the rest is gigabytes.
    find "$folder/target/sealed" -maxdepth 2 \( -name SHA256SUMS -o -name '*.tar.gz.sha256' \) -exec cat {} + >"$folder/SHA256SUMS"
    rm -rf "$folder/target"
done
if cmp "$one/SHA256SUMS" "$two/SHA256SUMS"; then
    say "两次构建相同" "both builds are equal: $(wc -l <"$one/SHA256SUMS") files of $(git rev-parse --short "$commit")"
else
    diff "$one/SHA256SUMS" "$two/SHA256SUMS" || :
    stop "两次构建不同" "two builds of one commit differ; the lines above name the files"
fi
