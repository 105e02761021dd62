//! Another class for a camera whose class a person has said: a second person has to say the same. Pure.

use serde::Deserialize;
use serde::Serialize;

use crate::camera::Camera;
use crate::camera::CameraKey;
use crate::camera::LegalClass;
use crate::clock::TimestampMs;
use crate::id::AccountName;

/// So long a wish waits for a second person.
pub const LAPSES_MS: TimestampMs = 30 * 86_400_000;

/// That one person wants another class for a camera.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClassWish {
    /// Which camera.
    pub key: CameraKey,
    /// Its class, as a person has said it.
    pub from: LegalClass,
    /// The class that it shall have.
    pub to: LegalClass,
    /// Who wants it.
    pub by: AccountName,
    /// Since when.
    pub asked_ms: TimestampMs,
    /// Why.
    pub reason: String,
}

impl ClassWish {
    /// The last moment at which a second person may agree.
    pub fn lapses_ms(&self) -> TimestampMs {
        self.asked_ms.saturating_add(LAPSES_MS)
    }

    /// Whether it waits still, for a camera whose class is `class` now.
    pub fn waits(&self, class: LegalClass, now_ms: TimestampMs) -> bool {
        self.from == class && now_ms <= self.lapses_ms()
    }

    /// Whether `by` is the second person who wants this very class. A key speaks for its account, so it is nobody else.
    pub fn is_agreed(&self, to: LegalClass, by: &AccountName) -> bool {
        self.to == to && self.by != *by
    }
}

/// The class that a camera would lose and the one that it would get, where that takes two persons.
pub fn changes(before: &Camera, after: &Camera) -> Option<(LegalClass, LegalClass)> {
    (before.class_confirmed && before.class != after.class).then_some((before.class, after.class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_waits_thirty_days_for_somebody_else_and_while_the_class_is_what_it_was() {
        let wish = ClassWish {
            key: "371122102/a".parse().unwrap(),
            from: LegalClass::PublicSecurity,
            to: LegalClass::NonPublic,
            by: "li".parse().unwrap(),
            asked_ms: 1_000,
            reason: "a greenhouse".to_owned(),
        };
        assert!(wish.waits(wish.from, 1_000 + LAPSES_MS));
        assert!(!wish.waits(wish.from, 1_001 + LAPSES_MS));
        assert!(!wish.waits(LegalClass::OtherPublicPlace, 1_000));
        let zhang = "zhang".parse().unwrap();
        assert!(wish.is_agreed(LegalClass::NonPublic, &zhang));
        assert!(!wish.is_agreed(LegalClass::OtherPublicPlace, &zhang));
        assert!(!wish.is_agreed(LegalClass::NonPublic, &wish.by), "nobody is his own second person");
    }
}
