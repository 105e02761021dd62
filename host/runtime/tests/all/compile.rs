//! Compiling in a child process, and what is kept of it.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;

use xl_runtime::RuntimeError;
use xl_runtime::compile;
use xl_runtime::compile::CompileConfig;
use xl_runtime::package;

use crate::plugin;
use crate::text::Text;

/// Names of the variables that tell this very program, started as the child, what to do.
const TASK: [&str; 4] = ["XL_TEST_INPUT", "XL_TEST_OUTPUT", "XL_TEST_MEMORY_MIB", "XL_TEST_TIMEOUT_S"];

/// A configuration whose program is this test program, by way of a script that names the child's test.
pub fn config(folder: &Path, scripts: &Path) -> CompileConfig {
    let program = env::current_exe().unwrap();
    let [input, output, memory, timeout] = TASK;
    let script = format!(
        "#!/bin/sh\n{input}=\"$2\" {output}=\"$3\" {memory}=\"$5\" {timeout}=\"$7\" \
         exec '{}' --exact compile::the_child_compiles_what_it_is_given --nocapture\n",
        program.display()
    );
    let config = from_script(folder, scripts, &script);
    CompileConfig { timeout_s: 120, memory_mib: 4096, ..config }
}

fn from_script(folder: &Path, scripts: &Path, script: &str) -> CompileConfig {
    let program = scripts.join("compiler");
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    CompileConfig { folder: folder.to_owned(), key: [7; 32], program, timeout_s: 1, memory_mib: 4096 }
}

#[test]
fn the_child_compiles_what_it_is_given() {
    let task = TASK.map(env::var);
    let [Ok(input), Ok(output), Ok(memory), Ok(timeout)] = task else {
        // Not started as the child: do what the child does, within this process's own limits.
        return;
    };
    let ended =
        compile::child(Path::new(&input), Path::new(&output), memory.parse().unwrap(), timeout.parse().unwrap());
    if let Err(error) = ended {
        panic!("{error}");
    }
}

fn packed() -> Vec<u8> {
    let text = Text::of(r#"(func (export "handle") (param i64 i32 i32) (result i32) (i32.const 16))"#);
    let plain = xl_model::manifest::Manifest { pages: Vec::new(), calls: Vec::new(), ..plugin::manifest() };
    package::pack(&wat::parse_str(text.component()).unwrap(), &plain).unwrap()
}

fn kept(folder: &Path) -> Vec<PathBuf> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn machine_code_is_kept_and_used_again_without_compiling() {
    let (folder, scripts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = folder.path().join("code");
    let (engine, packed) = (plugin::engine(), packed());
    let digest = plugin::digest_of(&packed);
    let config = config(&folder, scripts.path());
    compile::precompiled(&engine, &config, &digest, &packed).await.unwrap();
    let file = kept(&folder).remove(0);
    let older = folder.join(format!("{digest}-0000000000000000.code"));
    fs::rename(&file, &older).unwrap();
    compile::precompiled(&engine, &config, &digest, &packed).await.unwrap();
    assert!(file.exists() && !older.exists(), "what an older engine left is gone");
    assert_eq!(kept(&folder).len(), 1, "nothing is left of the compile itself: {:?}", kept(&folder));
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let broken = CompileConfig { program: "/nowhere".into(), ..config };
    let again = compile::precompiled(&engine, &broken, &digest, &packed).await.unwrap();
    engine.load(digest, package::check(&packed).unwrap(), &again).unwrap();
}

#[tokio::test]
async fn a_changed_byte_another_key_or_another_component_is_noticed_and_compiled_again() {
    let (folder, scripts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (engine, packed) = (plugin::engine(), packed());
    let digest = plugin::digest_of(&packed);
    let config = config(folder.path(), scripts.path());
    compile::precompiled(&engine, &config, &digest, &packed).await.unwrap();
    let file = kept(folder.path()).remove(0);
    let good = fs::read(&file).unwrap();
    let unable = CompileConfig { program: "/nowhere".into(), ..config.clone() };
    for at in [0, 8, 39, 40, good.len() / 2, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 1;
        fs::write(&file, &bad).unwrap();
        let refused = compile::precompiled(&engine, &unable, &digest, &packed).await;
        assert!(matches!(refused, Err(RuntimeError::NotCompiled { .. })), "byte {at} was not noticed");
    }
    fs::write(&file, &good[..20]).unwrap();
    assert!(compile::precompiled(&engine, &unable, &digest, &packed).await.is_err(), "a torn file");
    fs::write(&file, &good).unwrap();
    let other = CompileConfig { key: [8; 32], ..unable.clone() };
    assert!(compile::precompiled(&engine, &other, &digest, &packed).await.is_err(), "another key");

    let foreign = plugin::digest_of(b"another");
    fs::copy(
        &file,
        folder.path().join(file.file_name().unwrap().to_str().unwrap().replace(digest.as_str(), foreign.as_str())),
    )
    .unwrap();
    assert!(compile::precompiled(&engine, &unable, &foreign, &packed).await.is_err(), "another component's file");

    fs::write(&file, &good[..good.len() - 1]).unwrap();
    compile::precompiled(&engine, &config, &digest, &packed).await.unwrap();
    assert_eq!(fs::read(&file).unwrap().len(), good.len(), "made good again");
}

#[tokio::test]
async fn a_component_that_is_slow_fat_or_broken_ends_the_child_and_not_the_hub() {
    let (folder, scripts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (engine, packed) = (plugin::engine(), packed());
    let digest = plugin::digest_of(&packed);
    let refusal = async |config: CompileConfig, digest: &xl_model::id::Digest, bytes: &[u8]| {
        compile::precompiled(&engine, &config, digest, bytes).await.map(drop).unwrap_err().to_string()
    };
    let slow = from_script(folder.path(), scripts.path(), "#!/bin/sh\nexec /bin/sleep 600\n");
    let said = refusal(slow, &digest, &packed).await;
    assert!(said.contains("it took longer than 2 s"), "{said}");

    let good = config(folder.path(), scripts.path());
    let fat = CompileConfig { memory_mib: 16, ..good.clone() };
    let said = refusal(fat, &digest, &packed).await;
    assert!(said.contains("exit status") || said.contains("signal"), "{said}");

    let broken = [&packed[..8], b"\x7f\x00"].concat();
    let said = refusal(good.clone(), &plugin::digest_of(&broken), &broken).await;
    assert!(said.contains("exit status"), "{said}");

    let said = refusal(good, &plugin::digest_of(b"other"), &packed).await;
    assert!(said.contains("the bytes are not those of"), "{said}");
    assert_eq!(kept(folder.path()), Vec::<PathBuf>::new(), "nothing is left");
}

#[tokio::test]
async fn machine_code_of_another_component_is_not_loaded() {
    let (engine, packed) = (plugin::engine(), packed());
    let digest = plugin::digest_of(&packed);
    let made = compile::here(&engine, &digest, &packed).unwrap();
    let other = engine.load(plugin::digest_of(b"other"), package::check(&packed).unwrap(), &made);
    assert!(matches!(other, Err(RuntimeError::NotOurs { .. })));
}
