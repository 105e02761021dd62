//! What an engine's machine code depends on, as 32 bytes: wasmtime's version, its settings, the processor.

use std::hash::Hash;
use std::hash::Hasher;

use sha2::Digest;
use sha2::Sha256;

/// Equal for engines that can load each other's machine code.
pub(super) fn of(engine: &wasmtime::Engine) -> [u8; 32] {
    let mut state = State(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut state);
    state.0.finalize().into()
}

/// SHA-256 behind the interface that `Hash` writes to.
struct State(Sha256);

impl Hasher for State {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        let digest: [u8; 32] = self.0.clone().finalize().into();
        u64::from_le_bytes(std::array::from_fn(|at| digest[at]))
    }
}
