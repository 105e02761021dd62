//! Argon2id, two at a time: a hash is itself a way to exhaust a machine.
//!
//! 19 MiB, two passes, one lane (OWASP password storage; 19456 KiB is its least).

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::SyncSender;
use std::sync::mpsc::sync_channel;
use std::thread;

use argon2::ARGON2ID_IDENT;
use argon2::Algorithm;
use argon2::Argon2;
use argon2::Block;
use argon2::Params;
use argon2::Version;
use argon2::password_hash::Output;
use argon2::password_hash::PasswordHash;
use argon2::password_hash::Salt;
use argon2::password_hash::SaltString;
use metrics::Counter;
use metrics::counter;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use super::PeopleError;

/// Memory of one hash, in KiB.
const MEMORY_KIB: u32 = 19_456;

/// Passes over it.
const PASSES: u32 = 2;

/// Hashes at the same time: so many threads, each of which keeps the memory that it hashes in.
const AT_ONCE: usize = 2;

/// Sign-ins that wait for their hash; more are told to come again.
const MOST_WAITING: usize = 64;

/// A hash of nothing anybody can enter: an unknown user costs as much as a known one.
static NOBODY: OnceLock<String> = OnceLock::new();

type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// What one thread hashes in, from the hub's start on: a flood of sign-ins takes no further memory.
///
/// Taken anew for each hash, memory of this alignment leaves holes in which nothing fits (glibc before 2.38), hundreds of MiB.
struct Memory(Vec<Block>);

/// Hashes and compares passwords, off the async threads.
pub(super) struct Hasher {
    jobs: SyncSender<Job>,
    count: AtomicU64,
    /// The same for who watches the hub: `xl_password_hashes_total`.
    counter: Counter,
}

/// What comparing told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Compared {
    /// Whether it is the password.
    pub(super) is_right: bool,
    /// Whether the stored hash is weaker than one that is made today.
    pub(super) is_weak: bool,
}

impl Hasher {
    pub(super) fn new() -> Self {
        let (jobs, waiting) = sync_channel(MOST_WAITING);
        let waiting = Arc::new(Mutex::new(waiting));
        for number in 0..AT_ONCE {
            let waiting = waiting.clone();
            let hashes = thread::Builder::new().name(format!("hasher-{number}")).spawn(move || work_off(&waiting));
            if let Err(error) = hashes {
                tracing::error!("no thread to hash passwords: {error}");
            }
        }
        Self {
            jobs,
            count: AtomicU64::new(0),
            // There from the start: whoever watches it reads 0.
            counter: counter!("xl_password_hashes_total"),
        }
    }

    /// How many were made or compared.
    #[cfg(test)]
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Hashes a password as a PHC string.
    ///
    /// # Errors
    /// [`PeopleError::Busy`].
    pub(super) async fn hash(&self, password: Zeroizing<String>) -> Result<String, PeopleError> {
        self.run(move |memory| made(&password, memory)).await
    }

    /// Compares a password with a stored hash; without one it takes as long and is never right.
    ///
    /// # Errors
    /// [`PeopleError::Busy`].
    pub(super) async fn compare(
        &self,
        password: Zeroizing<String>,
        stored: Option<String>,
    ) -> Result<Compared, PeopleError> {
        self.run(move |memory| {
            let nobody = || NOBODY.get_or_init(|| made(&super::secret::session(), memory));
            let hash = stored.as_ref().unwrap_or_else(nobody);
            let is_right = compared(&password, hash, memory);
            Compared { is_right: is_right && stored.is_some(), is_weak: stored.as_deref().is_some_and(is_weak) }
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, PeopleError> {
        let (answer, told) = oneshot::channel();
        let job = move |memory: &mut Memory| {
            // Whoever has gone costs nothing.
            if !answer.is_closed() {
                let _ = answer.send(work(memory));
            }
        };
        self.jobs.try_send(Box::new(job)).map_err(|_| PeopleError::Busy)?;
        self.count.fetch_add(1, Ordering::Relaxed);
        self.counter.increment(1);
        // Hashing does not panic.
        told.await.map_err(|_| PeopleError::Busy)
    }
}

/// Does what waits, one after another, until nobody asks any more.
fn work_off(waiting: &Mutex<Receiver<Job>>) {
    let mut memory = Memory::new();
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        job(&mut memory);
    }
}

/// A new PHC string.
fn made(password: &str, memory: &mut Memory) -> String {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("these lie within what Argon2 takes");
    let salt: [u8; 16] = rand::random();
    let encoded = SaltString::encode_b64(&salt).expect("16 bytes are a salt");
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = memory.hashed(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN);
    let made = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::V0x13.into()),
        params: argon2.params().try_into().expect("these are few digits"),
        salt: Some(encoded.as_salt()),
        hash: Some(hash.expect("a password is far below 4 GiB")),
    };
    made.to_string()
}

/// Whether a stored PHC string is this password's; its parameters are those of the string.
fn compared(password: &str, stored: &str, memory: &mut Memory) -> bool {
    PasswordHash::new(stored).ok().and_then(|hash| is_of(password, &hash, memory)).unwrap_or(false)
}

fn is_of(password: &str, stored: &PasswordHash<'_>, memory: &mut Memory) -> Option<bool> {
    let algorithm = Algorithm::try_from(stored.algorithm).ok()?;
    let version = Version::try_from(stored.version?).ok()?;
    let argon2 = Argon2::new(algorithm, version, Params::try_from(stored).ok()?);
    let (mut salt, expected) = ([0; Salt::MAX_LENGTH], stored.hash?);
    let salt = stored.salt?.decode_b64(&mut salt).ok()?;
    // In constant time, as the crate compares them.
    memory.hashed(&argon2, password, salt, expected.len()).map(|hash| hash == expected)
}

impl Memory {
    fn new() -> Self {
        Self(vec![Block::default(); MEMORY_KIB as usize]) // A block is 1 KiB.
    }

    /// Nothing where Argon2 does not take this.
    fn hashed(&mut self, argon2: &Argon2<'_>, password: &str, salt: &[u8], bytes: usize) -> Option<Output> {
        let blocks = argon2.params().block_count();
        if self.0.len() < blocks {
            self.0.resize(blocks, Block::default());
        }
        let mut hash = Zeroizing::new([0; Output::MAX_LENGTH]);
        let hash = hash.get_mut(..bytes)?;
        argon2.hash_password_into_with_memory(password.as_bytes(), salt, hash, &mut self.0[..blocks]).ok()?;
        Output::new(hash).ok()
    }
}

fn is_weak(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else { return true };
    let params = Params::try_from(&hash);
    hash.algorithm.as_str() != "argon2id"
        || params.is_ok_and(|params| params.m_cost() < MEMORY_KIB || params.t_cost() < PASSES)
}

#[cfg(test)]
mod tests {
    use std::task::Poll;

    use argon2::PasswordHasher as _;
    use argon2::PasswordVerifier as _;

    use super::*;

    fn text(password: &str) -> Zeroizing<String> {
        Zeroizing::new(password.to_owned())
    }

    /// ID-2, its first half.
    #[tokio::test]
    async fn a_stored_password_is_argon2id_of_19_mib_two_passes_one_lane() {
        let hasher = Hasher::new();
        let stored = hasher.hash(text("correct horse 1")).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let compared = hasher.compare(text("correct horse 1"), Some(stored.clone())).await.unwrap();
        assert_eq!(compared, Compared { is_right: true, is_weak: false });
        let wrong = hasher.compare(text("correct horse 2"), Some(stored)).await.unwrap();
        assert_eq!(wrong, Compared { is_right: false, is_weak: false });
        let unknown = hasher.compare(text("correct horse 1"), None).await.unwrap();
        assert_eq!((unknown.is_right, hasher.count()), (false, 4), "an unknown user costs a hash too");
    }

    #[test]
    fn a_hash_with_less_memory_or_of_another_kind_is_weak() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8_192, 2, 1, None).unwrap());
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let stored = weak.hash_password(b"secret", &salt).unwrap().to_string();
        let mut memory = Memory::new();
        assert!(is_weak(&stored) && compared("secret", &stored, &mut memory));
        assert!(is_weak("no hash") && !compared("secret", "no hash", &mut memory));
    }

    /// What others make of Argon2 we take, and the other way round.
    #[test]
    fn a_hash_is_what_the_crate_makes_and_takes_itself() {
        let mut memory = Memory::new();
        let argon2 =
            Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, 1, None).unwrap());
        let ours = made("secret", &mut memory);
        assert!(argon2.verify_password(b"secret", &PasswordHash::new(&ours).unwrap()).is_ok());
        let salt = SaltString::encode_b64(&[9; 16]).unwrap();
        let theirs = argon2.hash_password(b"secret", &salt).unwrap().to_string();
        assert!(compared("secret", &theirs, &mut memory) && !compared("Secret", &theirs, &mut memory));
    }

    /// ID-5, what a clock need not decide: more than wait are told to come again.
    #[tokio::test]
    async fn a_flood_of_sign_ins_is_told_to_come_again() {
        let (hasher, (open, gate)) = (Hasher::new(), sync_channel::<()>(0));
        let gate = Arc::new(Mutex::new(gate));
        let mut sign_ins = Vec::new();
        loop {
            let gate = gate.clone();
            let mut sign_in = Box::pin(hasher.run(move |_| gate.lock().unwrap().recv().is_err()));
            match futures::poll!(&mut sign_in) {
                Poll::Pending => sign_ins.push(sign_in),
                Poll::Ready(answer) => {
                    assert!(matches!(answer, Err(PeopleError::Busy)));
                    break;
                }
            }
        }
        assert!((MOST_WAITING..=MOST_WAITING + AT_ONCE).contains(&sign_ins.len()), "{}", sign_ins.len());
        drop(open);
        for sign_in in sign_ins {
            assert!(sign_in.await.unwrap());
        }
        assert!(hasher.hash(text("x")).await.is_ok());
    }
}
