//! The table of figures.

use serde_json::Value;
use serde_json::json;

/// Figures in the order they were measured.
#[derive(Default)]
pub(crate) struct Results(Vec<Value>);

/// What a figure should be.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    /// At most so much.
    AtMost(f64),
    /// At least so much.
    AtLeast(f64),
}

impl Results {
    /// Notes a figure and prints it beside its target.
    pub(crate) fn note(&mut self, name: &str, value: f64, unit: &str, target: Target, peer: Option<f64>, note: &str) {
        let (sign, bound, met) = match target {
            Target::AtMost(bound) => ("≤", bound, value <= bound),
            Target::AtLeast(bound) => ("≥", bound, value >= bound),
        };
        let mark = if met { "met" } else { "MISSED" };
        println!("{name:44} {value:>12.2} {unit:10} target {sign} {bound} {mark}  {note}");
        let target = format!("{sign} {bound}");
        self.0.push(json!({"name": name, "value": value, "unit": unit, "target": target, "peer": peer, "note": note}));
    }

    /// Writes `target/bench/results.json`; rows of parts that were not run stay as they were.
    pub(crate) fn write(self) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("results.json");
        let old = std::fs::read_to_string(&file).unwrap_or_default();
        let mut rows: Vec<Value> = serde_json::from_str(&old).unwrap_or_default();
        rows.retain(|row| !self.0.iter().any(|fresh| fresh["name"] == row["name"]));
        rows.extend(self.0);
        std::fs::write(&file, serde_json::to_string_pretty(&rows).unwrap()).unwrap();
        println!("target/bench/results.json");
    }
}

/// What a share of some figures does not exceed: with 0.99 their p99.
pub(crate) fn quantile(figures: &[f64], share: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[((sorted.len() - 1) as f64 * share) as usize]
}

/// The middle of some figures, and how far they spread.
pub(crate) fn median(figures: &[f64]) -> (f64, f64) {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    (sorted[sorted.len() / 2], sorted[sorted.len() - 1] / sorted[0])
}
