//! Tokens in the forms of public pages: for which link and which form a page was drawn, and when.
//!
//! Nobody is signed in there, so there is no session to keep a token in, and no cookie is set: the token says everything itself
//! and a MAC says that this hub said it. It protects no session; it makes a post follow a page that was opened, by the same
//! link, for the same form. Forms of other sites are refused by [`super::shield`] before.

use hmac::Hmac;
use hmac::Mac as _;
use sha2::Sha256;
use xl_model::clock::TimestampMs;

/// How long a page may lie open before its form is sent: a night on a telephone.
const LIFE_MS: TimestampMs = 12 * 60 * 60 * 1_000;

/// Makes tokens and knows them again.
pub(super) struct FormTokens([u8; 32]);

impl FormTokens {
    /// With a key that nobody else has. It ends with the process: who then sends an older page gets it drawn again, with what
    /// he typed.
    pub(super) fn new() -> Self {
        Self(rand::random())
    }

    /// The token of the form `action` under the link `code`.
    pub(super) fn of(&self, code: &str, action: &str, now_ms: TimestampMs) -> String {
        let mac = self.mac(code, action, now_ms).finalize().into_bytes();
        format!("{now_ms}.{}", hex::encode(mac))
    }

    /// Whether it is the token of this form under this link, and not too old.
    pub(super) fn fits(&self, token: &str, code: &str, action: &str, now_ms: TimestampMs) -> bool {
        let Some((made, mac)) = token.split_once('.') else { return false };
        let (Ok(made_ms), Ok(mac)) = (made.parse::<TimestampMs>(), hex::decode(mac)) else { return false };
        // Compared in constant time.
        let is_ours = self.mac(code, action, made_ms).verify_slice(&mac).is_ok();
        is_ours && (0..LIFE_MS).contains(&now_ms.saturating_sub(made_ms))
    }

    fn mac(&self, code: &str, action: &str, made_ms: TimestampMs) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("a key of any length is taken");
        for part in [code.as_bytes(), action.as_bytes()] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.update(&made_ms.to_be_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_fits_its_link_and_its_form_for_half_a_day_and_nothing_else() {
        let (tokens, others) = (FormTokens::new(), FormTokens::new());
        let token = tokens.of("code", "report", 1_000);
        let fits = |token: &str, code, action, now_ms| tokens.fits(token, code, action, now_ms);
        assert!(fits(&token, "code", "report", 1_000) && fits(&token, "code", "report", LIFE_MS + 999));
        assert!(!fits(&token, "code", "report", LIFE_MS + 1_000), "too old");
        assert!(!fits(&token, "code", "report", 999), "of tomorrow");
        assert!(!fits(&token, "cod", "ereport", 1_000) && !fits(&token, "other", "report", 1_000));
        assert!(!fits(&token, "code", "other", 1_000) && !others.fits(&token, "code", "report", 1_000));
        let later = token.replacen("1000", "2000", 1);
        for forged in ["", ".", "1000.", "1000.00", "x.00", &later, &format!("{token}0"), "-1.é"] {
            assert!(!fits(forged, "code", "report", 2_000), "{forged}");
        }
    }
}
