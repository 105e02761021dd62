//! The program `xueliang`: see [`xueliang::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    xueliang::cli::main()
}
