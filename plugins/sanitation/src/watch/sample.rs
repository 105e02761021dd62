//! What the host says about a look: the data of `camera.sampled`.

use serde::Deserialize;
use serde::Serialize;

/// The data of `camera.sampled`, as far as watching needs it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Sampled {
    /// For whom the look was.
    pub plans: Vec<Plan>,
    /// Why there is no picture.
    pub failed: Option<String>,
    /// How old the picture was when it was measured, in milliseconds.
    pub age_ms: i64,
    /// Figures of the picture.
    pub metrics: Option<Figures>,
    /// What is wrong with the view.
    pub faults: Faults,
    /// SHA-256 of the picture of the day before that the host compared with.
    pub reference: Option<String>,
    /// How the whole view differs from it.
    pub change: Option<Change>,
}

/// A look of one module.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Plan {
    /// The plugin.
    pub module: String,
    /// The name of its manifest's entry.
    pub name: String,
    /// How its region differs from the day before.
    #[serde(default)]
    pub change: Option<Change>,
}

/// Figures of a picture, measured on luma at most 320 pixels wide, outside the masks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// Mean luma, 0 to 255.
    pub brightness: f64,
    /// Standard deviation of luma.
    pub contrast: f64,
    /// Variance of the Laplacian.
    pub sharpness: f64,
    /// Share of the picture outside the masks.
    pub seen_share: f64,
}

/// What the host finds wrong with a view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Faults {
    /// Too dark to see.
    pub dark: bool,
    /// Too bright to see.
    pub bright: bool,
    /// Out of focus, fogged or dirty.
    pub blurred: bool,
    /// Something hangs before the lens.
    pub covered: bool,
    /// The camera points elsewhere.
    pub moved: bool,
    /// The same picture again and again.
    pub frozen: bool,
}

/// How a picture differs from a reference, after light and shift were taken out.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Share of the pixels that changed, 0 to 1.
    pub share: f64,
    /// How far the view moved to the right, in pixels of a picture 320 wide.
    pub shift_x: i32,
    /// How far it moved down.
    pub shift_y: i32,
    /// Correlation of the edges of both views, −1 to 1.
    pub agreement: f64,
    /// Contrast as a multiple of the reference's.
    pub contrast_kept: f64,
    /// Sharpness as a multiple of the reference's.
    pub sharpness_kept: f64,
}

impl Sampled {
    /// The region's change against the day before, where this module and entry asked for the look.
    pub fn plan(&self, module: &str, name: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.module == module && plan.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hosts_data_is_read_and_what_is_new_in_it_is_left_alone() {
        let data = r#"{"plans":[{"module":"city","name":"watch"},{"module":"sanitation","name":"watch","change":
            {"share":0.2,"shift_x":0,"shift_y":-1,"agreement":0.9,"difference":3.2,"contrast_kept":1.0,"sharpness_kept":0.9}}],
            "from":"asked","age_ms":120,"metrics":{"brightness":110.0,"contrast":48.0,"sharpness":900.0,"seen_share":1.0},
            "faults":{"dark":false,"bright":false,"blurred":true,"covered":false,"moved":false,"frozen":false},
            "repeats":0,"reference":"ab","change":null,"later":1}"#;
        let sampled: Sampled = serde_json::from_str(data).unwrap();
        let share = sampled.plan("sanitation", "watch").and_then(|plan| plan.change).map(|change| change.share);
        assert_eq!((share, sampled.faults.blurred, sampled.reference.as_deref()), (Some(0.2), true, Some("ab")));
        assert_eq!(sampled.plan("other", "watch"), None);
        let failed: Sampled = serde_json::from_str(r#"{"plans":[],"failed":"no answer"}"#).unwrap();
        assert_eq!((failed.failed.as_deref(), failed.metrics), (Some("no answer"), None));
    }
}
