//! What a township has open on an ordinary day, so that its lists and boards show something.
//!
//! Cases on their way to the work, a cleaning plan with its people, households at risk, a project, batches in the ground and on the
//! table. Reports and grid cells come from a seed, see [`city::demo`]; the same seed gives the same ones. Nothing of it is real.

use ::city::cell::entry::Entry;
use ::city::demo;
use ::city::matter::Book;
use anyhow::Context;
use serde_json::Value;
use serde_json::json;
use simulated_county::say::Say;

use crate::case;
use crate::cast::Cast;
use crate::cast::day_ago;
use crate::desk::At;
use crate::desk::Desk;
use crate::desk::Form;
use crate::desk::led_to;
use crate::desk::text;
use crate::modules::CITY;
use crate::modules::POVERTY_RELIEF;
use crate::modules::PRODUCE_TRACE;
use crate::modules::SANITATION;
use crate::sanitation;

const CELLS: u32 = 6;
const REPORTS: u32 = 12;

/// Leaves behind an ordinary day of each module.
///
/// # Errors
/// When the hub or a module refuses something.
pub async fn seed(cast: &Cast, seed: u64, say: &Say) -> anyhow::Result<()> {
    street(cast, seed).await.context("cases of the street")?;
    cleaning(cast).await.context("a cleaning plan")?;
    households(cast).await.context("households")?;
    greenhouses(cast).await.context("batches")?;
    say.line(
        &format!("{}：平常一日的演示数据，种子 {seed}，全部为模拟", cast.township),
        "an ordinary day's data, made from the seed; none of it is real",
    );
    Ok(())
}

/// A report stands at each step up to the work, some twice.
async fn street(cast: &Cast, seed: u64) -> anyhow::Result<()> {
    let cells: Vec<Value> = demo::cells(&cast.township, CELLS).iter().map(|entry| cell(entry, cast)).collect();
    Desk::new(cast, &cast.head, CITY).call("grid-cells", &json!(cells)).await?;
    let desk = Desk::new(cast, &cast.desk, CITY);
    let seen = demo::reports(seed, REPORTS, CELLS, &Book::new("gbt30428", &[]));
    for (number, seen) in seen.iter().enumerate() {
        let report = json!({
            "id": format!("day-{}-{number}", cast.run), "matter": seen.matter, "description": seen.description,
            "address": "演示地点（模拟数据）", "position": seen.position,
        });
        let case = text(&desk.call("report", &report).await?, "/case")?;
        case::go(cast, &case, None, number % (case::TO_WORK + 1)).await?;
    }
    Ok(())
}

fn cell(entry: &Entry, cast: &Cast) -> Value {
    json!({
        "id": entry.id, "name": entry.name, "place": entry.place, "village": entry.village, "area": entry.area,
        "member": cast.grid_account(),
    })
}

async fn cleaning(cast: &Cast) -> anyhow::Result<()> {
    let desk = Desk::new(cast, &cast.desk, SANITATION);
    let crew = async |action: &str, form: Form<'_>| desk.press(At("crew", &[]), action, form).await.map(drop);
    let unit = cast.unit_account();
    let section = sanitation::registered(cast, &desk).await?;
    for (name, position) in [("东街", "35.5812,118.8321"), ("学校", "35.5826,118.8344"), ("市场", "35.5837,118.8302")]
    {
        let name = format!("{name}点位（模拟数据）");
        let form = [("name", name.as_str()), ("section", &section), ("shows", "ground"), ("position", position)];
        let point = led_to(&desk.press(At("places", &[]), "add-point", &form).await?, "point")?;
        let plan = [("target", point.as_str()), ("windows", "00:00-24:00"), ("weekdays", "1-7"), ("account", &unit)];
        crew("add-plan", &plan).await?;
    }
    crew("add-vehicle", &[("name", "模拟 3 号车"), ("what", "压缩车")]).await?;
    let roster = [("account", unit.as_str()), ("area", "东街"), ("windows", "06:00-14:00"), ("weekdays", "1-7")];
    crew("add-roster", &roster).await
}

/// One only registered, one with a clue, one that was visited about it.
async fn households(cast: &Cast) -> anyhow::Result<()> {
    let grid = Desk::new(cast, &cast.grid, POVERTY_RELIEF);
    let village = cast.village();
    let names = [("模拟户主甲", "marginal"), ("模拟户主乙", "unstable"), ("模拟户主丙", "sudden")];
    for (number, (name, kind)) in names.into_iter().enumerate() {
        let form = [
            ("place", village.as_str()),
            ("head", name),
            ("kind", kind),
            ("able", "2"),
            ("limited", "0"),
            ("minor", "1"),
            ("elderly", "1"),
        ];
        let household = led_to(&grid.press(At("register", &[]), "register", &form).await?, "household")?;
        if number > 0 {
            let at = [("household", household.as_str())];
            let form = [("source", "visit"), ("risk", "income")];
            let clue = led_to(&grid.press(At("household", &at), "open-clue", &form).await?, "clue")?;
            if number > 1 {
                let form = [("note", "情况属实（模拟数据）")];
                grid.press(At("clue", &[("clue", &clue)]), "go-on", &form).await?;
            }
        }
    }
    let unit = Desk::new(cast, &cast.unit, POVERTY_RELIEF);
    let form = [
        ("name", "草莓大棚（模拟数据）"),
        ("place", village.as_str()),
        ("scope", "collective"),
        ("asset_yuan", "200000"),
    ];
    let project = led_to(&unit.press(At("projects", &[]), "create", &form).await?, "project")?;
    unit.press(At("project", &[("project", &project)]), "stage", &[("stage", "running")]).await.map(drop)
}

/// One batch planned, one growing, one harvested.
async fn greenhouses(cast: &Cast) -> anyhow::Result<()> {
    let desk = Desk::new(cast, &cast.desk, PRODUCE_TRACE);
    let (planted, picked) = (day_ago(70).to_string(), day_ago(1).to_string());
    let crops = [("黄瓜", "", false), ("辣椒", planted.as_str(), false), ("茄子", planted.as_str(), true)];
    for (number, (product, planted, harvested)) in crops.into_iter().enumerate() {
        let camera = cast.camera(&format!("day-{number}"), &format!("演示大棚 {number}")).await?;
        let name = format!("演示大棚 {}-{number}", cast.run);
        let site = [("name", name.as_str()), ("producer", "演示合作社（模拟数据）"), ("camera", &camera)];
        let site = led_to(&desk.press(At("site", &[]), "register-site", &site).await?, "site")?;
        let product = format!("{product}（模拟数据）");
        let batch =
            [("site", site.as_str()), ("product", &product), ("quantity", "2"), ("unit", "mu"), ("planted", planted)];
        let batch = led_to(&desk.press(At("new-batch", &[]), "create-batch", &batch).await?, "batch")?;
        if harvested {
            let form = [("harvested", picked.as_str()), ("quantity_kg", "310")];
            desk.press(At("batch", &[("batch", &batch)]), "harvest", &form).await?;
        }
    }
    Ok(())
}
