//! Makes one number of all comparisons of a picture: by how much its region differs from every clean view.

use super::health::Unusable;
use super::sample::Change;

/// Share of the whole view from which on it is the weather that changed, not the region.
const WEATHER_FROM: f64 = 0.30;

/// Share of the reference's contrast below which fog, rain or snow lies over the view.
const WASHED_BELOW: f64 = 0.55;

/// Agreement of edges below which the view looks different as a whole.
const OTHER_BELOW: f64 = 0.35;

/// Pixels of shift from which on the region does not lie where it was drawn.
const MOVED_FROM: i32 = 12;

/// A picture held against one clean view.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// SHA-256 of the clean view.
    pub reference: String,
    /// Inside the region.
    pub inside: Change,
    /// All over.
    pub all: Change,
}

/// By how much a region differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// Share of the region that changed more than the picture as a whole, 0 to 1.
    pub share: f64,
    /// The clean view that is most alike.
    pub reference: String,
}

impl Look {
    /// By how much the region changed more than the whole; or why that says nothing.
    ///
    /// # Errors
    /// When weather, light or a turned camera explain the change.
    pub fn excess(&self) -> Result<f64, Unusable> {
        if self.all.shift_x.abs().max(self.all.shift_y.abs()) >= MOVED_FROM {
            return Err(Unusable::Moved);
        }
        if self.all.share >= WEATHER_FROM || self.all.contrast_kept < WASHED_BELOW {
            return Err(Unusable::Weather);
        }
        if self.all.agreement < OTHER_BELOW {
            return Err(Unusable::Light);
        }
        Ok((self.inside.share - self.all.share).max(0.0))
    }
}

/// The smallest difference among all looks: what differs from every clean view differs.
///
/// # Errors
/// When no look can be judged: why the last one could not; `NoReference` without looks.
pub fn score(looks: &[Look]) -> Result<Score, Unusable> {
    let mut best: Result<Score, Unusable> = Err(Unusable::NoReference);
    for look in looks {
        match (look.excess(), &best) {
            (Ok(share), Ok(known)) if share >= known.share => {}
            (Ok(share), _) => best = Ok(Score { share, reference: look.reference.clone() }),
            (Err(why), Err(_)) => best = Err(why),
            (Err(_), Ok(_)) => {}
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(name: &str, inside: f64, all: f64) -> Look {
        let change =
            |share| Change { share, shift_x: 0, shift_y: 0, agreement: 0.9, contrast_kept: 1.0, sharpness_kept: 1.0 };
        Look { reference: name.to_owned(), inside: change(inside), all: change(all) }
    }

    #[test]
    fn the_most_alike_clean_view_decides() {
        let found = score(&[look("sunny", 0.5, 0.1), look("cloudy", 0.15, 0.05)]).unwrap();
        assert!((found.share - 0.10).abs() < 1e-9);
        assert_eq!(found.reference, "cloudy");
    }

    #[test]
    fn rain_another_light_and_a_turned_camera_say_nothing_about_the_region() {
        let rain = look("a", 0.6, 0.35);
        let mut fog = look("a", 0.3, 0.1);
        fog.all.contrast_kept = 0.4;
        let mut infrared = look("a", 0.3, 0.1);
        infrared.all.agreement = 0.2;
        let mut turned = look("a", 0.3, 0.1);
        turned.all.shift_y = -12;
        for (look, why) in [
            (rain, Unusable::Weather),
            (fog, Unusable::Weather),
            (infrared, Unusable::Light),
            (turned, Unusable::Moved),
        ] {
            assert_eq!(score(&[look]), Err(why));
        }
        assert_eq!(score(&[]), Err(Unusable::NoReference));
    }
}
