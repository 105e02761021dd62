//! Memory and tables of a run, summed over all of them.
//!
//! wasmtime's own `StoreLimits` compares each memory alone: a component of four memories would get four times the limit.

use wasmtime::ResourceLimiter;
use xl_model::batch::Stop;
use xl_model::manifest::Limits;

use crate::engine::MAX_MEMORIES;
use crate::engine::MAX_TABLE_ELEMENTS;
use crate::engine::MAX_TABLES;

/// Most instances of a run, the component's own included; a Rust guest has three.
const MAX_INSTANCES: usize = 8;

/// Counts what a run holds and stops it where it wants too much.
#[derive(Debug)]
pub(crate) struct Limiter {
    memory: Sum,
    tables: Sum,
}

/// A sum with its limit.
#[derive(Debug)]
struct Sum {
    held: usize,
    most: usize,
    /// The growth that was allowed last, taken back when it then fails for another reason.
    last: usize,
}

impl Limiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory: Sum::new(limits.memory_mib as usize * 1024 * 1024),
            tables: Sum::new(limits.table_elements.min(MAX_TABLE_ELEMENTS) as usize),
        }
    }
}

impl Sum {
    fn new(most: usize) -> Self {
        Self { held: 0, most, last: 0 }
    }

    fn grows(&mut self, current: usize, desired: usize) -> bool {
        self.last = desired.saturating_sub(current);
        self.held = self.held.saturating_add(self.last);
        self.held <= self.most
    }

    fn failed(&mut self) {
        self.held = self.held.saturating_sub(std::mem::take(&mut self.last));
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if self.memory.grows(current, desired) {
            return Ok(true);
        }
        Err(Stop::Memory { limit_bytes: self.memory.most as u64 }.into())
    }

    fn memory_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.memory.failed();
        Ok(())
    }

    fn table_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if self.tables.grows(current, desired) {
            return Ok(true);
        }
        Err(Stop::Table { limit_elements: self.tables.most as u64 }.into())
    }

    fn table_grow_failed(&mut self, _: wasmtime::Error) -> wasmtime::Result<()> {
        self.tables.failed();
        Ok(())
    }

    fn instances(&self) -> usize {
        MAX_INSTANCES
    }

    fn tables(&self) -> usize {
        MAX_TABLES as usize
    }

    fn memories(&self) -> usize {
        MAX_MEMORIES as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_memories_share_one_limit_and_a_failed_growth_is_given_back() {
        let mut limiter = Limiter::new(&Limits { memory_mib: 1, ..Limits::default() });
        let half = 512 * 1024;
        assert!(limiter.memory_growing(0, half, None).is_ok());
        assert!(limiter.memory_growing(0, half, None).is_ok());
        limiter.memory_grow_failed(wasmtime::Error::msg("no pages")).unwrap();
        assert!(limiter.memory_growing(0, half, None).is_ok());
        let error = limiter.memory_growing(half, half + 1, None).unwrap_err();
        assert_eq!(error.downcast_ref(), Some(&Stop::Memory { limit_bytes: 1024 * 1024 }));
    }
}
