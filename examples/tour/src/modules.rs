//! The four modules, with what they may and how they are set.

use std::path::Path;

use serde_json::json;
use simulated_county::hub::Hub;
use simulated_county::say::Say;
use simulated_county::setup;
use simulated_county::setup::Plugin;

/// The speed of the simulated county in `make run`, so that both enable `produce-trace` alike.
const COUNTY_SPEED: f64 = 60.0;

/// Follows produce from planting to sale.
pub const PRODUCE_TRACE: &str = "produce-trace";
/// Cases of the street.
pub const CITY: &str = "city";
/// Cleaning.
pub const SANITATION: &str = "sanitation";
/// Households at risk.
pub const POVERTY_RELIEF: &str = "poverty-relief";

/// Installs and enables all four in each township; what is there stays.
///
/// # Errors
/// When the hub refuses, or a plugin is not there.
pub async fn enable(hub: &Hub, townships: &[String], packed: Option<&Path>, say: &Say) -> anyhow::Result<()> {
    for plugin in all() {
        let packed = packed.map(|folder| folder.join(format!("{}.wasm", plugin.id)));
        setup::enable(hub, townships, &plugin, packed.as_deref(), say).await?;
    }
    Ok(())
}

fn all() -> [Plugin; 4] {
    let units = json!([
        {"id": "sanitation", "zh": "环卫所", "en": "Sanitation station"},
        {"id": "order", "zh": "城管执法中队", "en": "Street order team"},
    ]);
    [
        setup::produce_trace(COUNTY_SPEED),
        Plugin {
            id: CITY,
            grants: include_str!("../../simulated-county/grants-city.json"),
            settings: json!({ "units": units }),
        },
        Plugin {
            id: SANITATION,
            grants: include_str!("../../simulated-county/grants-sanitation.json"),
            settings: json!({ "contact": "镇环卫办（模拟数据）" }),
        },
        Plugin {
            id: POVERTY_RELIEF,
            grants: include_str!("../../simulated-county/grants-poverty-relief.json"),
            settings: json!({ "posted_by": "模拟村民委员会", "objections_to": "模拟村务监督委员会" }),
        },
    ]
}
