//! Grid cells, what cameras found, and the months of each village.

use serde_json::json;

use super::kept::Kept;
use super::town;
use super::town::Town;

/// Grid cells.
const CELLS: usize = 500;

/// Cameras that found something.
const CAMERAS: usize = 300;

pub(crate) async fn fill(town: &Town, kept: &mut Kept<'_>) {
    for n in 0..CELLS {
        let (south, west) = (35.5 + (n / 25) as f64 * 0.005, 118.8 + (n % 25) as f64 * 0.005);
        let corners = [(0.0, 0.0), (0.0, 0.005), (0.005, 0.005), (0.005, 0.0)];
        let area: Vec<String> =
            corners.iter().map(|(north, east)| format!("{:.4},{:.4}", south + north, west + east)).collect();
        let cell = json!({"name": format!("第 {n} 网格"), "place": town::village(n), "village": format!("{} 村", n % 30),
            "member": town.account(n, 60), "area": area.join("; ")});
        kept.put("cells", town::cell(n), cell).await;
    }
    for n in 0..CAMERAS {
        let record = json!({"opened": n, "repeated": n * 9, "weak": n * 3, "confirmed": n / 2, "dismissed": n / 4});
        kept.put("cameras", format!("street-{n:03}"), record).await;
        for code in ["01-02", "01-04", "03-01"] {
            let sighting = json!({"case": format!("371122102-2026-{n:06}"), "first_ms": town.ago_ms(n), "last_ms":
                town.ago_ms(n), "seen": 3});
            kept.put("sightings", format!("street-{n:03}/{code}"), sighting).await;
        }
    }
    for month in town.months(36) {
        for place in town::villages() {
            let codes: serde_json::Map<_, _> = (1..20).map(|n| (format!("01-{n:02}"), json!(n * 3))).collect();
            let heat = json!({"codes": codes, "recurring": 12, "closed": 150, "minutes": 90_000});
            kept.put("heat", format!("{month}/{place}"), heat).await;
        }
    }
}
