//! Counts of cameras, exact where everybody may count them himself, in steps where they would name somebody.

use std::collections::BTreeMap;

use xl_model::camera::Camera;
use xl_model::camera::LegalClass;

/// Below this a count of non-public cameras is not told, and above it told in steps of it.
pub(super) const STEP: u64 = 5;

/// A count as everybody is told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// So many.
    Exact(u64),
    /// About so many: rounded to a multiple of five, so that the difference of two counts tells nothing either.
    About(u64),
    /// One to four.
    Few,
}

impl Count {
    /// Of cameras in public places.
    pub(super) fn public(count: u64) -> Self {
        Self::Exact(count)
    }

    /// Of cameras among which some are in non-public places.
    pub(super) fn rounded(count: u64) -> Self {
        match count {
            0 => Self::Exact(0),
            1..STEP => Self::Few,
            count => Self::About((count + STEP / 2) / STEP * STEP),
        }
    }
}

/// Cameras of one legal class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassCount {
    /// The class.
    pub class: LegalClass,
    /// How many.
    pub count: Count,
    /// How many may be looked at for a purpose, by its code; a camera with two counts at both.
    pub purposes: Vec<(String, Count)>,
    /// How long their pictures are kept, in days; nothing: the hub deletes none by age.
    pub picture_days: Option<u32>,
}

/// Counts cameras by class and purpose.
pub(super) fn by_class(
    cameras: &[&Camera],
    named: impl Fn(&str) -> String,
    picture_days: impl Fn(LegalClass) -> Option<u32>,
) -> Vec<ClassCount> {
    let told = |class| if class == LegalClass::NonPublic { Count::rounded } else { Count::public };
    let count = |class: LegalClass| {
        let of_class: Vec<&&Camera> = cameras.iter().filter(|camera| camera.class == class).collect();
        let mut purposes = BTreeMap::<String, u64>::new();
        for camera in &of_class {
            let mut codes: Vec<String> = camera.purposes.iter().map(|code| named(code)).collect();
            codes.sort_unstable();
            codes.dedup();
            codes.into_iter().for_each(|code| *purposes.entry(code).or_default() += 1);
        }
        ClassCount {
            class,
            count: told(class)(of_class.len() as u64),
            purposes: purposes.into_iter().map(|(code, count)| (code, told(class)(count))).collect(),
            picture_days: picture_days(class),
        }
    };
    LegalClass::ALL.iter().map(|class| count(*class)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_cameras_of_somebody_are_not_told_and_many_in_steps() {
        for (count, told) in [
            (0, Count::Exact(0)),
            (1, Count::Few),
            (4, Count::Few),
            (5, Count::About(5)),
            (7, Count::About(5)),
            (8, Count::About(10)),
            (12, Count::About(10)),
            (700, Count::About(700)),
        ] {
            assert_eq!(Count::rounded(count), told, "{count}");
        }
        assert_eq!(Count::public(1), Count::Exact(1));
    }
}
