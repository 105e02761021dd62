#!/bin/sh
# Starts the hub and a simulated county that sends it pictures and readings; Ctrl-C ends both.
set -eu
. "$(dirname "$0")/say.sh"
sh .ci/plugins.sh

data=data/demo
hub='' county=''
end() {
    trap - INT TERM EXIT
    # Either may be gone already.
    [ -z "$county" ] || kill "$county" 2>/dev/null || :
    [ -z "$hub" ] || kill "$hub" 2>/dev/null || :
    wait
}
trap end EXIT
trap 'exit 0' INT TERM

say "启动枢纽；Ctrl-C 结束" "starting the hub; Ctrl-C ends it"
"$target/debug/xueliang" --config config/simulated-county.toml --data "$data" run &
hub=$!
# The hub writes its token before it serves; the county waits for the hub itself.
while [ ! -s "$data/admin-token" ]; do
    kill -0 "$hub" 2>/dev/null || stop "枢纽没有启动" "the hub did not start; its reason stands above"
    sleep 0.2
done
say "接口密钥在 $data/admin-token，可用于登录" "sign in with the API key in $data/admin-token"

# Three townships with a module each, and administrators: of the county, of these, and of one that has no module yet.
townships=371122102,371122104,371122105
"$target/debug/simulated-county" --hub http://127.0.0.1:8642 --token-file "$data/admin-token" \
    --plugin "$target/plugins/produce-trace.wasm" --state "$data/county.json" --speed 60 \
    --townships "$townships" --admins "371122,$townships,371122106" --people "$data/people" &
county=$!

# In two of them all four modules, with what a walk through each leaves behind; walked once.
"$target/debug/tour" --hub http://127.0.0.1:8642 --token-file "$data/admin-token" --plugins "$target/plugins" \
    --people "$data/people" --townships 371122102,371122104 --once "$data/toured" ||
    say "巡览没有走完，原因见上；演示继续" "the tour did not reach its end, its reason stands above; the demo goes on"
wait "$hub"
