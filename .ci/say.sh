# Sourced by the other scripts: where we are, how we speak, which programs must be there.

cd "$(dirname "$0")/.." || exit 1
# A shell that was open while rustup was installed does not know it yet; Debian keeps brokers in sbin.
PATH=$PATH:$HOME/.cargo/bin:/usr/local/sbin:/usr/sbin:/sbin
export PATH
target=${CARGO_TARGET_DIR:-target}
# Neither the folder of the build nor the one of its builder stands in what is built, so two builds of one commit are equal: flags
# of rustc for `cargo --config`, of which the last that fits counts.
case $target in /*) made=$target ;; *) made=$PWD/$target ;; esac
home=${CARGO_HOME:-$HOME/.cargo}
remap="['--remap-path-prefix=$PWD=/xueliang', '--remap-path-prefix=$made=/xueliang/target', '--remap-path-prefix=$home=/cargo']"

# One line of progress: Chinese, English.
if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold='' plain=''; fi
say() {
    printf '%s▸ %s · %s%s\n' "$bold" "$1" "$2" "$plain"
}

# A reason and what to do, then the end.
stop() {
    printf '✗ %s · %s\n' "$1" "$2" >&2
    [ $# -lt 3 ] || printf '    %s\n' "$3" >&2
    exit 1
}

# Debian packages by the program each brings: `packages cc:gcc mosquitto:mosquitto`. Installs what is missing as root,
# otherwise prints the one command.
packages() {
    missing=
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing $(echo "${pair#*:}" | tr '+' ' ')"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "安装系统软件包:$missing" "installing Debian packages:$missing"
        apt-get update -qq
        # shellcheck disable=SC2086 # One word a package.
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
        # Debian starts a broker that it installs, on the port that the hub's own wants; ours are started by the tests.
        case $missing in *" mosquitto"*) systemctl disable --now mosquitto >/dev/null 2>&1 || : ;; esac
    else
        stop "缺少软件包" "packages are missing; install them and start again" "sudo apt-get install --no-install-recommends$missing"
    fi
}

# The compiler that rust-toolchain.toml names, with the plugins' target, and a C compiler for SQLite.
toolchain() {
    command -v rustup >/dev/null 2>&1 || stop "缺少 rustup" "rustup is missing" "see https://rustup.rs"
    packages cc:gcc+libc6-dev
    if ! rustup show active-toolchain >/dev/null 2>&1; then
        say "安装 Rust 工具链" "installing the Rust toolchain"
        rustup toolchain install
    fi
    if ! rustup target list --installed | grep -qx wasm32-wasip2; then
        say "安装 wasm32-wasip2 目标" "installing the target wasm32-wasip2"
        rustup target add wasm32-wasip2
    fi
}
