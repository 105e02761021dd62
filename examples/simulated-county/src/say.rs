//! What the program tells whoever started it, in Chinese and English on one line.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

/// Where progress is told; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Say(Arc<AtomicBool>);

impl Say {
    /// Tells everything, or only what [`Self::address`] is asked to.
    pub fn new(only_the_address: bool) -> Self {
        Self(Arc::new(AtomicBool::new(only_the_address)))
    }

    /// Tells one thing.
    pub fn line(&self, chinese: &str, english: &str) {
        if !self.0.load(Ordering::Relaxed) {
            print(&format!("{chinese} · {english}"));
        }
    }

    /// Tells an address, in both manners.
    pub fn address(&self, address: &str) {
        if self.0.load(Ordering::Relaxed) {
            print(address);
        } else {
            self.line(&format!("扫码页 {address}"), "the QR page's address");
        }
    }
}

fn print(line: &str) {
    // Nobody listening is no reason to stop: `simulated-county | head` goes on publishing.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
