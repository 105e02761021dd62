//! The ladder of logins: which way of proving the password a camera takes. Pure.
//!
//! Cameras lock an account after few wrong passwords, so the ladder counts: two refusals of the same secret, and it stops
//! until the secret changes or a person asks again. Every request that carried the secret and was refused counts. So that
//! two suffice, the first request carries none: a camera that answers it with an HTTP challenge is asked by HTTP digest,
//! then by both together; one that does not, by WSSE digest, then by the same with its clock read anew. Clear text comes
//! last, where an administrator allowed it and this camera never took a digest. Errors of the transport never come here.

mod challenge;
mod digest;
#[cfg(test)]
mod tests;

pub use challenge::Algorithm;
pub use challenge::Challenge;
pub use challenge::challenges;
pub use digest::Login;
pub use digest::basic;

/// Refusals of one secret after which it is not tried again.
///
/// TP-Link VIGI locks its administrator after about ten wrong tries; two leave a person eight.
pub const REFUSALS_MOST: u8 = 2;

/// A user name and password; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The ONVIF user; many cameras keep those apart from the users of their web page.
    pub username: String,
    /// Its password.
    pub password: String,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// How a request proves who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Not at all.
    Anonymous,
    /// WSSE `UsernameToken` with `PasswordDigest`.
    Wsse,
    /// HTTP digest.
    Digest,
    /// WSSE and HTTP digest.
    Both,
    /// `PasswordText` and HTTP basic.
    ClearText,
}

impl Method {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "no login",
            Self::Wsse => "WS-UsernameToken digest",
            Self::Digest => "HTTP digest",
            Self::Both => "HTTP digest and WS-UsernameToken",
            Self::ClearText => "clear text",
        }
    }

    /// Whether the password itself stays here.
    pub fn is_digest(self) -> bool {
        matches!(self, Self::Wsse | Self::Digest | Self::Both)
    }

    /// Whether the request carries a WSSE token.
    pub fn has_token(self) -> bool {
        matches!(self, Self::Wsse | Self::Both | Self::ClearText)
    }

    /// Whether the request carries an HTTP login, once the camera asked for one.
    pub fn has_http(self) -> bool {
        matches!(self, Self::Digest | Self::Both | Self::ClearText)
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Send it like this.
    Try(Method),
    /// Read the camera's clock, then tell [`Ladder::clock_read`].
    ReadClock,
    /// Give up until the secret changes.
    Stopped,
}

/// A refused request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refusal {
    /// It carried an HTTP login that was made for a fresh challenge.
    pub sent_http: bool,
    /// The answer asks for an HTTP login that we can make.
    pub asks_http: bool,
    /// Just before, the same secret was refused with an older challenge: that was a wrong try to the camera as well.
    pub repeated: bool,
}

/// Where one camera stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    has_secret: bool,
    clear_text_allowed: bool,
    method: Method,
    confirmed: bool,
    digest_taken: bool,
    refusals: u8,
    clock_read: bool,
    waits_for_clock: bool,
    challenged: bool,
    stopped: bool,
}

impl Ladder {
    /// At its foot. `known` is what this camera took before, from the register.
    pub fn new(has_secret: bool, clear_text_allowed: bool, known: Option<Method>) -> Self {
        let method = match known {
            Some(Method::ClearText) if !clear_text_allowed => Method::Anonymous,
            Some(method) if has_secret => method,
            _ => Method::Anonymous,
        };
        Self {
            has_secret,
            clear_text_allowed,
            method,
            confirmed: false,
            digest_taken: known.is_some_and(Method::is_digest),
            refusals: 0,
            clock_read: false,
            waits_for_clock: false,
            challenged: false,
            stopped: false,
        }
    }

    /// What to do now.
    pub fn step(&self) -> Step {
        match (self.stopped, self.waits_for_clock) {
            (true, _) => Step::Stopped,
            (_, true) => Step::ReadClock,
            _ => Step::Try(self.method),
        }
    }

    /// The method that the camera took, once it took one.
    pub fn taken(&self) -> Option<Method> {
        self.confirmed.then_some(self.method)
    }

    /// Refusals of this secret so far.
    pub fn refusals(&self) -> u8 {
        self.refusals
    }

    /// A request with the login of [`Ladder::step`] was let in.
    pub fn accepted(&mut self) {
        self.confirmed = true;
        self.refusals = 0;
        self.clock_read = false;
        self.challenged = false;
        self.digest_taken |= self.method.is_digest();
    }

    /// A request with the login of [`Ladder::step`] was refused.
    pub fn refused(&mut self, refusal: Refusal) {
        let Refusal { sent_http, asks_http, repeated } = refusal;
        let tried = self.method.has_token() || sent_http;
        if tried {
            self.refusals += 1 + u8::from(repeated);
        }
        if self.refusals >= REFUSALS_MOST || !self.has_secret {
            self.stopped = true;
            return;
        }
        // Asked for the first time: the same again, with what was asked for.
        if asks_http && !sent_http && self.method == Method::Digest && !self.challenged {
            self.challenged = true;
            return;
        }
        if self.method == Method::Wsse && !asks_http && !self.clock_read {
            self.clock_read = true;
            self.waits_for_clock = true;
            return;
        }
        self.climb(sent_http || asks_http);
    }

    /// The clock was read; `changed` when its offset is another than the refused token was made with.
    pub fn clock_read(&mut self, changed: bool) {
        if std::mem::take(&mut self.waits_for_clock) && !changed {
            self.climb(false);
        }
    }

    /// A new secret, or a person's wish to try once more.
    pub fn secret_changed(&mut self, has_secret: bool) {
        let known = self.digest_taken.then_some(self.method).filter(|method| method.is_digest());
        let digest_taken = self.digest_taken;
        *self = Self { digest_taken, ..Self::new(has_secret, self.clear_text_allowed, known) };
    }

    /// The next method; `http` when the camera speaks HTTP login at all.
    fn climb(&mut self, http: bool) {
        self.confirmed = false;
        self.challenged = false;
        let clear_text = self.clear_text_allowed && !self.digest_taken;
        self.method = match self.method {
            Method::Anonymous | Method::Wsse if http => Method::Digest,
            Method::Anonymous => Method::Wsse,
            Method::Digest if http => Method::Both,
            Method::Wsse | Method::Digest | Method::Both if clear_text => Method::ClearText,
            _ => {
                self.stopped = true;
                return;
            }
        };
    }
}
