//! What a row's hash is made of: the hash before it, its number and all its fields, each with its length.

use sha2::Digest as _;
use sha2::Sha256;

use crate::audit::Entry;
use crate::audit::Row;
use crate::id::Digest;

/// What the canonical form begins with; another form gets another number.
const FORM: &[u8] = b"xueliang-audit-row-1";

/// The hash before the first row.
pub fn origin() -> Digest {
    digest([0; 32])
}

/// The hash of row `seq` behind a row with the hash `previous`.
///
/// SHA-256 over the canonical form: every part with its length in eight bytes before it, numbers in big-endian order, what
/// is missing as an empty part and a look that is missing as one part instead of three. No two entries have the same form.
pub fn hash(previous: &Digest, seq: u64, entry: &Entry) -> Digest {
    let mut form = Form(Sha256::new());
    form.part(FORM);
    form.part(previous.as_str().as_bytes());
    form.part(&seq.to_be_bytes());
    form.part(&entry.at_ms.to_be_bytes());
    form.part(entry.actor.who.as_str().as_bytes());
    form.part(entry.actor.unit.as_str().as_bytes());
    form.part(entry.township.as_ref().map_or("", |township| township.as_str()).as_bytes());
    form.part(entry.action.as_str().as_bytes());
    form.part(entry.object.as_str().as_bytes());
    match &entry.look {
        None => form.part(b"no look"),
        Some(look) => {
            form.part(look.camera.as_str().as_bytes());
            form.part(look.purpose.as_str().as_bytes());
            form.part(look.reason.as_str().as_bytes());
        }
    }
    form.part(entry.outcome.word().as_bytes());
    // Rows count from 1.
    form.part(&entry.about.unwrap_or(0).to_be_bytes());
    form.part(entry.detail.as_str().as_bytes());
    digest(form.0.finalize().into())
}

/// The row that follows a row with the hash `previous`.
pub fn link(previous: &Digest, seq: u64, entry: Entry) -> Row {
    let hash = hash(previous, seq, &entry);
    Row { seq, entry, hash }
}

struct Form(Sha256);

impl Form {
    fn part(&mut self, part: &[u8]) {
        // A text of a row is never longer than a u64 counts.
        self.0.update((part.len() as u64).to_be_bytes());
        self.0.update(part);
    }
}

fn digest(bytes: [u8; 32]) -> Digest {
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    hex.parse().expect("32 bytes as hex are a digest")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Actor;
    use crate::audit::LookedAt;
    use crate::audit::Outcome;
    use crate::audit::text::Text;

    fn entry() -> Entry {
        Entry::new(1_795_420_800_000, Actor::new("Li", "浮来山街道"), "camera.register", "371122102/gh-1")
            .in_township(Some("371122102".parse().unwrap()))
    }

    fn looked() -> Entry {
        let look =
            LookedAt {
                camera: "gh-1".parse().unwrap(), purpose: Text::new("flood"), reason: Text::new("水位 check")
            };
        entry().with_look(look)
    }

    /// A reader in another language computes the same: the form is stated in the design note.
    #[test]
    fn the_form_of_a_row_stays_what_it_is() {
        let hash = hash(&origin(), 1, &looked());
        assert_eq!(hash.as_str(), "e7f8b1e2f74db83174af1e146ada8a42df2d753b11c9cf5ec6ea869d5508d936");
    }

    #[test]
    fn every_field_changes_the_hash() {
        let changes: [fn(&mut Entry); 12] = [
            |it| it.at_ms += 1,
            |it| it.actor.who = Text::new("Wang"),
            |it| it.actor.unit = Text::new(""),
            |it| it.township = None,
            |it| it.action = Text::new("camera.remove"),
            |it| it.object = Text::new("371122102/gh-2"),
            |it| it.look = None,
            |it| it.look.as_mut().unwrap().camera = "gh-2".parse().unwrap(),
            |it| it.look.as_mut().unwrap().purpose = Text::new("sanitation"),
            |it| it.look.as_mut().unwrap().reason = Text::new("none"),
            |it| it.outcome = Outcome::Failed,
            |it| it.about = Some(1),
        ];
        let original = hash(&origin(), 7, &looked());
        for (n, change) in changes.iter().enumerate() {
            let mut changed = looked();
            change(&mut changed);
            assert_ne!(hash(&origin(), 7, &changed), original, "change {n}");
        }
        assert_ne!(hash(&origin(), 7, &looked().with_detail("x")), original);
        assert_ne!(hash(&origin(), 8, &looked()), original);
        assert_ne!(hash(&original, 7, &looked()), original);
    }

    #[test]
    fn a_text_that_moves_to_its_neighbour_changes_the_hash() {
        let of = |who, unit| hash(&origin(), 1, &Entry::new(0, Actor::new(who, unit), "a", "b"));
        assert_ne!(of("ab", "c"), of("a", "bc"));
        assert_ne!(of("", "abc"), of("abc", ""));
    }
}
