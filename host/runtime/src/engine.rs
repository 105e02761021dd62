//! The engine: wasmtime with every knob set on purpose, one for a process.
//!
//! Each value is the one of the table in `host/design/sandbox.md`. Whatever changes the machine code stands in
//! [`code_config`], which the compiling child uses as well; the rest is memory and belongs to the running hub alone.

use std::fmt;
use std::sync::Arc;

use tokio::sync::Semaphore;
use wasmtime::Config;
use wasmtime::InstanceAllocationStrategy;
use wasmtime::PoolingAllocationConfig;
use wasmtime::WasmBacktraceDetails;
use wasmtime::component::HasSelf;
use wasmtime::component::Linker;
use xl_model::id::Digest;
use xl_model::manifest::Manifest;

use crate::Plugin;
use crate::RuntimeError;
use crate::bindings::PluginWithCalls;
use crate::compile::Precompiled;
use crate::guest::Guest;

mod fingerprint;
mod ticker;

/// Most linear memories of one component.
pub(crate) const MAX_MEMORIES: u32 = 4;

/// Most tables of one component.
pub(crate) const MAX_TABLES: u32 = 8;

/// Most core instances that a component may be made of; a Rust guest has three.
const MAX_CORE_INSTANCES: u32 = 16;

/// Most elements of all tables together; a Rust guest uses about 80.
pub(crate) const MAX_TABLE_ELEMENTS: u32 = 10_000;

/// Stack of a run that stays resident when its slot rests: zeroed, so that nothing of one tenant is seen by the next.
const KEPT_STACK_BYTES: usize = 32 * 1024;

/// Memory of a run that stays resident when its slot rests: what the run wrote is set back, instead of given back to the
/// system and faulted in again page by page. A batch of 64 writes some 200 KiB. Only where the kernel tells which pages were
/// written (Linux 6.7): else all of them from the first on would be set back, the empty stack before the rest.
const KEPT_MEMORY_BYTES: usize = 1024 * 1024;

/// The same for each table; a Rust guest uses some 80 elements.
const KEPT_TABLE_BYTES: usize = 4 * 1024;

/// How the engine is built; the same for all plugins of a hub.
#[derive(Clone)]
pub struct EngineConfig {
    /// Runs at the same time, over all modules; the pool is sized from it.
    pub concurrent_runs: u32,
    /// Most memory of one run in MiB; a manifest may ask for less.
    pub max_memory_mib: u32,
    /// Mixed into what guests see as random and into the codes of public links, so that nobody outside can foresee them.
    ///
    /// 32 random bytes, kept with the hub's other keys: a replay gives the same effects as long as they stay the same.
    pub secret: [u8; 32],
}

impl fmt::Debug for EngineConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineConfig")
            .field("concurrent_runs", &self.concurrent_runs)
            .field("max_memory_mib", &self.max_memory_mib)
            .finish_non_exhaustive()
    }
}

/// The engine: one per process; clones share it. Ticks the epoch every 10 ms on a thread of its own.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    wasm: wasmtime::Engine,
    linker: Linker<Guest>,
    /// Fewer than the pool has places, so that a waiting run waits here and none fails to get its memory.
    runs: Semaphore,
    config: EngineConfig,
    fingerprint: [u8; 32],
}

impl Engine {
    /// Builds the engine and starts its ticker.
    ///
    /// # Errors
    /// When the machine cannot give the address space.
    pub fn new(config: EngineConfig) -> Result<Self, RuntimeError> {
        let wasm = match wasmtime::Engine::new(code_config().allocation_strategy(pool(&config))) {
            Ok(wasm) => wasm,
            Err(error) => {
                tracing::warn!(error = %error, "no address space for the pool of sandboxes, each run maps its own memory");
                wasmtime::Engine::new(&code_config()).map_err(unbuilt)?
            }
        };
        let linker = linker(&wasm).map_err(unbuilt)?;
        ticker::start(wasm.weak()).map_err(|error| unbuilt(error.into()))?;
        let fingerprint = fingerprint::of(&wasm);
        let runs = Semaphore::new(config.concurrent_runs.max(1) as usize);
        Ok(Self { shared: Arc::new(Shared { wasm, linker, runs, config, fingerprint }) })
    }

    /// Makes a plugin ready to run from what [`crate::compile`] gave; links, does not compile.
    ///
    /// # Errors
    /// When the machine code was not made for this engine, or the component does not fit its manifest or the sandbox.
    pub fn load(
        &self,
        digest: Digest,
        manifest: Manifest,
        precompiled: &Precompiled,
    ) -> Result<Arc<Plugin>, RuntimeError> {
        Plugin::load(self, digest, manifest, precompiled).map(Arc::new)
    }

    pub(crate) fn wasm(&self) -> &wasmtime::Engine {
        &self.shared.wasm
    }

    pub(crate) fn linker(&self) -> &Linker<Guest> {
        &self.shared.linker
    }

    pub(crate) fn runs(&self) -> &Semaphore {
        &self.shared.runs
    }

    pub(crate) fn config(&self) -> &EngineConfig {
        &self.shared.config
    }

    /// Equal for engines that can load each other's machine code.
    pub(crate) fn fingerprint(&self) -> &[u8; 32] {
        &self.shared.fingerprint
    }
}

fn unbuilt(error: wasmtime::Error) -> RuntimeError {
    RuntimeError::Engine { detail: format!("{error:#}") }
}

/// Everything that decides which machine code is made.
///
/// The features `gc`, `threads`, `component-model-async` and `stack-switching` of wasmtime are not built in: garbage
/// collection, exceptions, shared memories and asynchronous components are off by that.
pub(crate) fn code_config() -> Config {
    let mut config = Config::new();
    config
        .strategy(wasmtime::Strategy::Cranelift)
        .epoch_interruption(true)
        .wasm_multi_memory(false)
        .wasm_memory64(false)
        .shared_memory(false)
        // Said and not left to the environment, which the compiling child does not have.
        .wasm_backtrace_details(WasmBacktraceDetails::Disable)
        // The same floating-point history on every machine: what a guest computes may end up in a record.
        .relaxed_simd_deterministic(true)
        .cranelift_nan_canonicalization(true)
        // The difference of the two is the stack of host functions: a guest that recurses to the end of its own part
        // must find room for one more call.
        .max_wasm_stack(512 * 1024)
        .async_stack_size(2 * 1024 * 1024)
        .async_stack_zeroing(true);
    config
}

fn pool(config: &EngineConfig) -> InstanceAllocationStrategy {
    let runs = config.concurrent_runs.max(1);
    // A quarter more places than runs: a place is given back a moment after its run has ended.
    let places = runs.saturating_add(runs / 4).saturating_add(2);
    let mut pool = PoolingAllocationConfig::new();
    pool.total_component_instances(places)
        .total_stacks(places)
        .total_core_instances(places.saturating_mul(MAX_CORE_INSTANCES))
        .total_memories(places.saturating_mul(MAX_MEMORIES))
        .total_tables(places.saturating_mul(MAX_TABLES))
        .max_core_instances_per_component(MAX_CORE_INSTANCES)
        .max_memories_per_component(MAX_MEMORIES)
        .max_tables_per_component(MAX_TABLES)
        .max_tables_per_module(MAX_TABLES)
        .table_elements(MAX_TABLE_ELEMENTS as usize)
        .max_memory_size(config.max_memory_mib as usize * 1024 * 1024)
        .async_stack_keep_resident(KEPT_STACK_BYTES)
        .linear_memory_keep_resident(if tells_written_pages() { KEPT_MEMORY_BYTES } else { 0 })
        .table_keep_resident(KEPT_TABLE_BYTES)
        .pagemap_scan(wasmtime::Enabled::Auto);
    InstanceAllocationStrategy::Pooling(pool)
}

/// Whether this kernel is Linux 6.7 or newer.
fn tells_written_pages() -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let mut numbers = release.split(|c: char| !c.is_ascii_digit()).map_while(|number| number.parse::<u32>().ok());
    (numbers.next(), numbers.next()) >= (Some(6), Some(7))
}

fn linker(wasm: &wasmtime::Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(wasm);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    PluginWithCalls::add_to_linker::<Guest, HasSelf<Guest>>(&mut linker, |guest| guest)?;
    Ok(linker)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiling_child_and_the_hub_make_the_same_machine_code() {
        let config = EngineConfig { concurrent_runs: 2, max_memory_mib: 64, secret: [0; 32] };
        let hub = Engine::new(config).unwrap();
        let child = wasmtime::Engine::new(&code_config()).unwrap();
        assert_eq!(hub.fingerprint(), &fingerprint::of(&child));
    }

    /// SUP-10: the list that was reviewed, with `host/design/sandbox.md`. What is new in wasmtime stands on neither side until
    /// somebody has looked at it.
    #[test]
    fn the_engine_takes_what_was_reviewed_of_webassembly_and_nothing_else() {
        let engine = wasmtime::Engine::new(&code_config()).unwrap();
        let takes = |text: &str| wasmtime::Module::validate(&engine, &wat::parse_str(text).unwrap()).is_ok();
        for (feature, text) in [
            ("multi-value", "(module (func (result i32 i32) i32.const 1 i32.const 2))"),
            ("sign extension", "(module (func (result i32) i32.const 1 i32.extend8_s))"),
            ("saturating floats", "(module (func (result i32) f32.const 1 i32.trunc_sat_f32_s))"),
            ("bulk memory", "(module (memory 1) (func i32.const 0 i32.const 0 i32.const 0 memory.fill))"),
            ("reference types", "(module (table 1 funcref) (func table.size 0 drop))"),
            ("simd", "(module (func (result v128) v128.const i64x2 0 0))"),
            (
                "relaxed simd",
                "(module (func (param v128 v128) (result v128) local.get 0 local.get 1 i8x16.relaxed_swizzle))",
            ),
            ("tail calls", "(module (func $f return_call $f))"),
            ("extended constants", "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))"),
        ] {
            assert!(takes(text), "{feature}");
        }
        for (feature, text) in [
            ("several memories", "(module (memory 1) (memory 1))"),
            ("64-bit memories", "(module (memory i64 1))"),
            ("shared memories", "(module (memory 1 1 shared))"),
            ("atomics", "(module (memory 1) (func i32.const 0 i32.const 0 i32.atomic.store))"),
            ("garbage collection", "(module (type (struct (field i32))))"),
            ("exceptions", "(module (tag))"),
            (
                "wide arithmetic",
                "(module (func (param i64 i64) (result i64 i64) local.get 0 local.get 1 i64.mul_wide_u))",
            ),
            ("custom page sizes", "(module (memory 1 (pagesize 1)))"),
            ("stack switching", "(module (type $f (func)) (type (cont $f)))"),
        ] {
            assert!(!takes(text), "{feature}");
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        let config = EngineConfig { concurrent_runs: 1, max_memory_mib: 64, secret: [77; 32] };
        assert!(!format!("{config:?}").contains("77"));
    }

    #[test]
    fn the_ticker_ends_with_its_engine() {
        let wasm = wasmtime::Engine::new(&code_config()).unwrap();
        let ticker = ticker::start(wasm.weak()).unwrap();
        drop(wasm);
        ticker.join().unwrap();
    }
}
