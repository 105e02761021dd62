//! What a list of somebody holds: what lies at places where he may read it. Whoever asks for these places reads the list.

use xl_model::camera::CameraKey;
use xl_model::id::TownshipId;
use xl_model::people::reach::Reach;
use xl_model::place::code::PlaceCode;

use super::Authority;
use super::TOWNSHIP_DIGITS;

impl Authority {
    /// The same, of which the part that lies at one place and below is read now, or with nothing said the whole list.
    ///
    /// For a list that somebody asks for by township or place, which is then noted as read of that township and not of many. It does
    /// not keep anything back: what the list holds is a matter of the query.
    pub fn narrowed(&self, to: Option<Reach>) -> Self {
        let subject = &self.signed.subject;
        let list = self.list.as_ref().and_then(|list| list.narrowed(subject, self.action, to));
        if let Some(list) = &list {
            list.is_read();
        }
        Self { list, ..self.clone() }
    }

    /// Everywhere he may do it: nothing beside and above that.
    pub fn places(&self) -> &[Reach] {
        if let Some(list) = &self.list {
            list.is_read();
        }
        &self.places
    }

    /// The same as first digits of codes; nothing where he may do it everywhere.
    pub fn within(&self) -> Option<Vec<String>> {
        if self.places().iter().any(Reach::is_whole_hub) {
            return None;
        }
        Some(self.places.iter().map(|place| place.digits().to_owned()).collect())
    }

    /// Whether something of this township belongs into a list of his.
    pub fn covers(&self, township: &TownshipId) -> bool {
        self.covers_reach(&township.into())
    }

    /// Whether something at this place belongs into a list of his.
    pub fn covers_reach(&self, at: &Reach) -> bool {
        self.places().iter().any(|place| place.covers(at))
    }

    /// Whether a camera that stands at `place` belongs into a list of his.
    pub fn covers_camera(&self, key: &CameraKey, place: &str) -> bool {
        self.covers_reach(&Reach::of_camera(key, place))
    }
}

/// The place that a list is narrowed to by first digits of codes, as [`crate::places::Places::known_as`] reads them: zeros at the end
/// of a code stand for the place above. Ten or eleven digits lie in one township, seven or eight in many.
pub(crate) fn place_of(digits: &str) -> Option<Reach> {
    let code = digits.parse::<PlaceCode>().ok();
    let digits = code.as_ref().map_or(digits, PlaceCode::significant);
    digits.parse().ok().or_else(|| digits.get(..TOWNSHIP_DIGITS)?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_ends_in_zeros_narrows_to_the_place_above() {
        for (digits, place) in [
            ("371122102201", Some("371122102201")),
            ("371122102", Some("371122102")),
            ("371122102000", Some("371122102")),
            ("371122000", Some("371122")),
            ("371122000000", Some("371122")),
            ("37", Some("37")),
            ("3711221022", Some("371122102")),
            ("37112210", None),
            ("", None),
        ] {
            let found = place_of(digits).map(|place| place.to_string());
            assert_eq!(found.as_deref(), place, "{digits}");
        }
    }
}
