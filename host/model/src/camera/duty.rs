//! What is still owed for a camera by Order 799, and until when: worked out from its registration.

use crate::camera::Camera;
use crate::camera::LegalClass;
use crate::camera::live;
use crate::clock::TimestampMs;
use crate::day::Day;

/// So long after its registration a duty is due (Order 799, article 14: filed within 30 days after it began to run).
pub const DUE_MS: TimestampMs = 30 * 86_400_000;

/// Something that is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Duty {
    /// A sign that tells people of it, with the day since when it hangs (article 13): C1 and C2.
    Signage,
    /// Its filing with the police, number and day (article 14): C1.
    Filing,
}

impl Duty {
    /// Its word in answers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Signage => "signage",
            Self::Filing => "filing",
        }
    }
}

/// What is owed for a camera.
pub fn owed(camera: &Camera) -> Vec<Duty> {
    let filed = camera.filing.number.is_some() && camera.filing.date.is_some();
    let mut owed = Vec::new();
    if camera.class != LegalClass::NonPublic && !live::is_signed(camera) {
        owed.push(Duty::Signage);
    }
    if camera.class == LegalClass::PublicSecurity && !filed {
        owed.push(Duty::Filing);
    }
    owed
}

/// The last day on which it is in time, in China.
pub fn due(registered_ms: TimestampMs) -> Day {
    Day::in_china(registered_ms.saturating_add(DUE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::check;
    use crate::camera::draft::Draft;
    use crate::camera::draft::Field;

    fn camera(fields: &[(Field, &str)]) -> Camera {
        let mut draft = Draft::default();
        let usual =
            [(Field::Township, "371122102"), (Field::Camera, "a"), (Field::Name, "a"), (Field::Place, "371122102201")];
        for (field, text) in usual.iter().chain(fields) {
            draft.set(*field, *text);
        }
        check::camera(&draft).unwrap()
    }

    /// PRIV-6, the part with due dates.
    #[test]
    fn a_public_camera_owes_its_sign_and_a_public_security_one_its_filing_too() {
        let signed = [(Field::SignageDate, "2026-11-01")];
        let filed = [(Field::FilingNumber, "莒公备 1"), (Field::FilingDate, "2026-11-02")];
        let of = |class: &'static str, more: &[(Field, &'static str)]| {
            let mut fields = vec![(Field::Class, class)];
            fields.extend_from_slice(more);
            owed(&camera(&fields))
        };
        assert_eq!(of("C1", &[]), [Duty::Signage, Duty::Filing]);
        assert_eq!(of("C1", &signed), [Duty::Filing]);
        assert_eq!(of("C1", &filed), [Duty::Signage]);
        assert_eq!(of("C1", &[signed.as_slice(), &filed].concat()), []);
        assert_eq!(
            of("C1", &[(Field::FilingNumber, "1"), (Field::SignagePosted, "yes")]),
            [Duty::Signage, Duty::Filing]
        );
        assert_eq!(of("C2", &[]), [Duty::Signage]);
        assert_eq!(of("C2", &signed), []);
        assert_eq!(of("C3", &[]), []);
        // What nobody has classified counts as the strictest.
        assert_eq!(owed(&camera(&[])), [Duty::Signage, Duty::Filing]);
    }

    #[test]
    fn a_duty_is_due_thirty_days_after_the_registration() {
        // 2026-11-23T08:00:00Z.
        assert_eq!(due(1_795_420_800_000).to_string(), "2026-12-23");
        assert_eq!(due(i64::MAX).to_string(), "2199-12-31");
    }
}
