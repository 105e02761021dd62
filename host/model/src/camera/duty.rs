//! What is still owed for a camera by Order 799, and until when: worked out from its registration.

use crate::camera::Camera;
use crate::camera::LegalClass;
use crate::camera::Owner;
use crate::camera::live;
use crate::clock::TimestampMs;
use crate::day::Day;

/// Within so many days a duty is done (Order 799, article 14: filed within 30 days after it began to run, changes likewise).
pub const DUE_DAYS: u16 = 30;

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
    let mut owed = Vec::new();
    if camera.class != LegalClass::NonPublic && !live::is_signed(camera) {
        owed.push(Duty::Signage);
    }
    if is_public_security(camera) && (!is_filed(camera) || camera.filing.owed_since.is_some()) {
        owed.push(Duty::Filing);
    }
    owed
}

/// The last day on which it is in time, in China.
pub fn due(duty: Duty, camera: &Camera, registered_ms: TimestampMs) -> Day {
    let since = camera.filing.owed_since.filter(|_| duty == Duty::Filing);
    since.unwrap_or_else(|| Day::in_china(registered_ms)).plus(DUE_DAYS)
}

/// Since when the filing of a camera is owed once it has become another.
///
/// It begins when it comes to be of the public-security class, or when something is no longer as it was filed. What was owed before
/// is not put off by a change; a filing that is entered anew ends it. `is_moved` says whether it stands at another place, and not
/// at the same under another code.
pub fn owed_since(before: &Camera, after: &Camera, is_moved: bool, today: Day) -> Option<Day> {
    let filed_anew = is_filed(after) && number_and_date(before) != number_and_date(after);
    if !is_public_security(after) || filed_anew {
        return None;
    }
    let begins = match is_public_security(before) {
        true => !owed(before).contains(&Duty::Filing) && (is_moved || told(before) != told(after)),
        false => !is_filed(after),
    };
    if begins { Some(today) } else { before.filing.owed_since }
}

fn is_public_security(camera: &Camera) -> bool {
    camera.class == LegalClass::PublicSecurity
}

fn is_filed(camera: &Camera) -> bool {
    camera.filing.number.is_some() && camera.filing.date.is_some()
}

fn number_and_date(camera: &Camera) -> (Option<&str>, Option<Day>) {
    (camera.filing.number.as_deref(), camera.filing.date)
}

/// What a filing tells the police of a camera beside its place, as far as it is registered: who answers for it, how long its
/// pictures are kept.
fn told(camera: &Camera) -> (&Owner, Option<u16>) {
    (&camera.owner, camera.retention_days)
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
        let registered_ms = 1_795_420_800_000;
        for duty in [Duty::Signage, Duty::Filing] {
            assert_eq!(due(duty, &camera(&[]), registered_ms).to_string(), "2026-12-23");
            assert_eq!(due(duty, &camera(&[]), i64::MAX).to_string(), "2199-12-31");
        }
    }

    const FILED: [(Field, &str); 3] =
        [(Field::Class, "C1"), (Field::FilingNumber, "莒公备 1"), (Field::FilingDate, "2026-01-02")];

    /// As it is registered after one change after the other, all on 2027-03-01; and whether the filing is owed then.
    fn after(before: &[(Field, &str)], changes: &[&[(Field, &str)]]) -> (Camera, bool) {
        let mut last = camera(before);
        for change in changes {
            let mut draft = Draft::from(&last);
            for (field, text) in *change {
                draft.set(*field, *text);
            }
            let mut next = check::camera(&draft).unwrap();
            next.filing.owed_since = owed_since(&last, &next, last.place != next.place, "2027-03-01".parse().unwrap());
            last = next;
        }
        let is_owed = owed(&last).contains(&Duty::Filing);
        (last, is_owed)
    }

    #[test]
    fn what_is_no_longer_as_it_was_filed_is_filed_anew_within_thirty_days() {
        let moved = (Field::Place, "371122102202");
        for change in [moved, (Field::OwnerName, "城管局"), (Field::RetentionDays, "60")] {
            let (camera, is_owed) = after(&FILED, &[&[change], &[(Field::Name, "东门")]]);
            assert!(is_owed, "{change:?}");
            assert_eq!(due(Duty::Filing, &camera, 0).to_string(), "2027-03-31");
            assert_eq!(due(Duty::Signage, &camera, 0).to_string(), "1970-01-31");
            // The day of the filing is that of the police, and may be before that on which it is entered.
            assert!(!after(&FILED, &[&[change], &[(Field::FilingDate, "2027-02-20")]]).1, "{change:?}");
            assert!(!after(&FILED, &[&[change, (Field::FilingNumber, "莒公备 2")]]).1, "{change:?}");
        }
        assert!(!after(&FILED, &[&[(Field::Name, "东门"), (Field::Notes, "备注")]]).1);
    }

    #[test]
    fn a_camera_that_comes_to_be_of_the_public_security_class_owes_its_filing_from_then_on() {
        let (camera, is_owed) = after(&[(Field::Class, "C3")], &[&[(Field::Class, "C1")]]);
        assert!(is_owed);
        assert_eq!(due(Duty::Filing, &camera, 0).to_string(), "2027-03-31");
        let [_, number, date] = FILED;
        assert!(!after(&[(Field::Class, "C3"), number, date], &[&[(Field::Class, "C1")]]).1);
        assert!(!after(&[(Field::Class, "C3")], &[&[(Field::Class, "C1")], &[number, date]]).1);
        assert!(!after(&FILED, &[&[(Field::RetentionDays, "60")], &[(Field::Class, "C3")]]).1);
    }

    #[test]
    fn a_change_does_not_put_off_a_filing_that_is_owed() {
        let (camera, is_owed) = after(&[(Field::Class, "C1")], &[&[(Field::Place, "371122102202")]]);
        assert!(is_owed);
        assert_eq!(due(Duty::Filing, &camera, 0).to_string(), "1970-01-31");
        // Nor does half of a filing.
        let (camera, is_owed) =
            after(&[(Field::Class, "C3")], &[&[(Field::Class, "C1")], &[(Field::FilingNumber, "1")]]);
        assert!(is_owed);
        assert_eq!(due(Duty::Filing, &camera, 0).to_string(), "2027-03-31");
    }
}
