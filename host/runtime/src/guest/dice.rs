//! Randomness of a run: the same for the same run, foreseen by nobody outside of the hub.
//!
//! Everything is drawn from HMAC-SHA256 under the hub's secret over the run's name. Written out here rather than taken
//! from a crate, whose generators may change between versions: a replay must give the same effects next year.

use std::convert::Infallible;

use hmac::Hmac;
use hmac::Mac;
use rand_core::TryRng;
use sha2::Sha256;
use xl_model::id::ModuleKey;

/// Crockford's alphabet without the letters that people misread, in lower case.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Characters of a link's code, five bits each.
pub(crate) const CODE_LENGTH: usize = 26;

/// Draws for one run.
#[derive(Clone)]
pub(crate) struct Dice {
    state: Hmac<Sha256>,
    codes: u32,
}

impl Dice {
    /// For a run named by its module, its kind and its number, such as the first event's.
    pub(crate) fn new(secret: &[u8; 32], module: &ModuleKey, kind: &str, number: u64) -> Self {
        let mut state = Hmac::new_from_slice(secret).expect("a key of any length is taken");
        for part in [module.township.as_str().as_bytes(), module.plugin.as_str().as_bytes(), kind.as_bytes()] {
            state.update(&(part.len() as u64).to_be_bytes());
            state.update(part);
        }
        state.update(&number.to_be_bytes());
        Self { state, codes: 0 }
    }

    /// 32 bytes of the stream `name`, by number.
    pub(crate) fn block(&self, name: &str, number: u64) -> [u8; 32] {
        let mut state = self.state.clone();
        state.update(name.as_bytes());
        state.update(&number.to_be_bytes());
        state.finalize().into_bytes().into()
    }

    /// The next code of a public link: 130 random bits as 26 characters.
    pub(crate) fn code(&mut self) -> String {
        let block = self.block("link", self.codes.into());
        self.codes += 1;
        let bit = |at: usize| block[at / 8] >> (7 - at % 8) & 1;
        let five = |at: usize| (0..5).fold(0, |value, n| value << 1 | bit(at * 5 + n));
        (0..CODE_LENGTH).map(|at| char::from(ALPHABET[usize::from(five(at))])).collect()
    }

    /// Whether `text` looks like a link's code.
    pub(crate) fn is_code(text: &str) -> bool {
        text.len() == CODE_LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte))
    }

    /// A generator for the guest.
    pub(crate) fn stream(&self, name: &'static str) -> Stream {
        Stream { dice: self.clone(), name, next: 0, rest: Vec::new() }
    }
}

/// An endless stream of random bytes.
pub(crate) struct Stream {
    dice: Dice,
    name: &'static str,
    next: u64,
    rest: Vec<u8>,
}

impl Stream {
    fn byte(&mut self) -> u8 {
        if self.rest.is_empty() {
            self.rest = self.dice.block(self.name, self.next).to_vec();
            self.next += 1;
        }
        self.rest.pop().unwrap_or_default()
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_le_bytes(self.bytes()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_le_bytes(self.bytes()))
    }

    fn try_fill_bytes(&mut self, target: &mut [u8]) -> Result<(), Infallible> {
        target.fill_with(|| self.byte());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dice(secret: u8, kind: &str, number: u64) -> Dice {
        let module = ModuleKey { township: "371122102".parse().unwrap(), plugin: "p".parse().unwrap() };
        Dice::new(&[secret; 32], &module, kind, number)
    }

    #[test]
    fn the_same_run_draws_the_same_and_every_other_differs() {
        let code = |mut dice: Dice| dice.code();
        let first = code(dice(1, "batch", 7));
        assert_eq!(first, code(dice(1, "batch", 7)));
        for other in [dice(2, "batch", 7), dice(1, "act", 7), dice(1, "batch", 8)] {
            assert_ne!(first, code(other));
        }
        let mut both = dice(1, "batch", 7);
        assert_ne!(both.code(), both.code());
        let bytes = |name| dice(1, "batch", 7).stream(name).bytes::<40>();
        assert_eq!(bytes("secure"), bytes("secure"));
        assert_ne!(bytes("secure"), bytes("insecure"));
    }

    #[test]
    fn a_code_is_26_characters_that_nobody_misreads() {
        let code = dice(1, "batch", 7).code();
        assert!(Dice::is_code(&code), "{code}");
        for other in ["", "0123456789abcdefghjkmnpqr", "0123456789abcdefghjkmnpqrl", "0123456789ABCDEFGHJKMNPQRS"] {
            assert!(!Dice::is_code(other), "{other}");
        }
    }
}
