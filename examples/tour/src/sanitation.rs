//! A bin that a smart camera calls full: looked at by a person, cleaned with a photo, closed.

use anyhow::Context;
use anyhow::bail;
use anyhow::ensure;
use serde_json::Value;
use serde_json::json;

use crate::case;
use crate::cast::Cast;
use crate::desk::At;
use crate::desk::Desk;
use crate::desk::led_to;
use crate::desk::text;
use crate::modules::SANITATION;
use crate::patience::patiently;
use crate::photo;
use crate::trail::Trail;

const SECTION: &str = "巡览路段（模拟数据）";

/// Walks the path.
///
/// # Errors
/// At the first step that answers otherwise than expected.
pub async fn walk(cast: &Cast, trail: &mut Trail) -> anyhow::Result<()> {
    trail.path("环卫：疑似满溢，人工复核，清理拍照，结案", "sanitation: a candidate, judged, cleaned, closed");
    let camera = cast.camera("bin", "巡览点位摄像机").await?;
    let point = place(cast, &camera, trail).await?;
    sensor(cast, &point, trail).await?;
    let seq = device(cast, &camera, trail).await?;
    let (finding, told) = told(cast, seq, "sanitation.finding.candidate", &camera).await?;
    ensure!(told["data"].get("case").is_none(), "before a person looked there must be no case: {told}");
    trail.step(&format!("模块列出疑似问题 {finding}，尚无案卷"), "a candidate, and no case yet");

    let grid = Desk::new(cast, &cast.grid, SANITATION);
    let form = [("what", "overflow"), ("note", "桶外约 3 袋（模拟数据）")];
    grid.press(At("finding", &[("finding", &finding)]), "confirm", &form).await?;
    let (_, told) = self::told(cast, seq, "sanitation.finding.confirmed", &camera).await?;
    let case = text(&told, "/data/case")?;
    trail.step(&format!("网格员看图确认，建立案卷 {case}"), "confirmed by a person, a case is opened");
    let photo = clean(cast, &point, trail).await?;
    case::go(cast, &case, Some(&photo), usize::MAX).await?;
    trail.step("案卷核实、立案、派遣、处置（附照片）、核查、结案", "the case is closed with that photo");
    let page = patiently(async || {
        let page = grid.page(At("finding", &[("finding", &finding)])).await?;
        Ok(page["title"].as_str().is_some_and(|title| title.contains("closed")).then_some(page))
    });
    ensure!(page.await?.is_some(), "the candidate {finding} must be closed with its case");
    trail.step("疑似问题随案卷关闭", "the candidate is closed with its case");
    Ok(())
}

async fn place(cast: &Cast, camera: &str, trail: &mut Trail) -> anyhow::Result<String> {
    let desk = Desk::new(cast, &cast.desk, SANITATION);
    let section = registered(cast, &desk).await?;
    let name = format!("巡览点位 {}", cast.run);
    let form = [
        ("name", name.as_str()),
        ("section", &section),
        ("camera", camera),
        ("shows", "bin"),
        ("position", "35.58,118.83"),
    ];
    let point = led_to(&desk.press(At("places", &[]), "add-point", &form).await?, "point")?;
    trail.step(&format!("登记路段 {section} 和点位 {point}"), "section and point registered");
    Ok(point)
}

/// The tour's section; registers it when no earlier tour did.
///
/// # Errors
/// When the module refuses it.
pub async fn registered(cast: &Cast, desk: &Desk) -> anyhow::Result<String> {
    if let Some(section) = section(desk).await? {
        return Ok(section);
    }
    let village = cast.village();
    let form = [("name", SECTION), ("grade", "1"), ("metres", "800"), ("place", village.as_str())];
    desk.press(At("places", &[]), "add-section", &form).await?;
    section(desk).await?.context("the section that was just registered is not on the page of places")
}

/// The tour's section, if an earlier tour registered it.
async fn section(desk: &Desk) -> anyhow::Result<Option<String>> {
    let page = desk.page(At("places", &[])).await?;
    Ok(numbered(&page, SECTION))
}

/// The number in front of a row of a table by what else stands in it.
fn numbered(page: &Value, cell: &str) -> Option<String> {
    let rows = page["blocks"].as_array()?.iter().filter_map(|block| block["rows"].as_array()).flatten();
    let cells = rows.filter_map(|row| row["cells"].as_array());
    let found = cells.into_iter().find(|cells| cells.iter().any(|one| one == cell))?;
    found.first()?.as_str().map(str::to_owned)
}

/// A sensor's level by the call for other software: it counts against nobody.
async fn sensor(cast: &Cast, point: &str, trail: &mut Trail) -> anyhow::Result<()> {
    let desk = Desk::new(cast, &cast.desk, SANITATION);
    let bin = json!({
        "id": format!("urn:ngsi-ld:WasteContainer:tour-{}", cast.run), "type": "WasteContainer", "fillingLevel": 0.9,
        "location": {"type": "Point", "coordinates": [118.83, 35.58]},
        "refWasteContainerIsle": format!("urn:ngsi-ld:WasteContainerIsle:{}:{point}", cast.township),
    });
    let taken = desk.call("waste-containers", &bin).await?;
    ensure!(taken["taken"] == 1, "one bin must be taken, but: {taken}");
    trail.step("接收 FIWARE WasteContainer 垃圾箱数据", "a bin told as FIWARE WasteContainer");
    Ok(())
}

/// What an edge device says; its number in the log.
async fn device(cast: &Cast, camera: &str, trail: &mut Trail) -> anyhow::Result<u64> {
    let event = json!({
        "township": cast.township, "kind": "camera.bin.overflow", "camera": camera,
        "id": format!("tour-bin-{}", cast.run), "data": {"state": "active", "score": 0.91},
    });
    let stored: Value = cast.desk.send("events", &event).await?;
    let again: Value = cast.desk.send("events", &event).await?;
    ensure!(again["repeated"] == true, "an event sent twice must be stored once, but: {again}");
    trail.step("智能摄像机上报满溢，重复上报只存一次", "a smart camera reports, once");
    match stored["seq"].as_u64() {
        Some(seq) => Ok(seq),
        None => bail!("the event was not stored: {stored}"),
    }
}

/// Waits for an event of the module about a camera; its finding, and the event.
async fn told(cast: &Cast, after: u64, kind: &str, camera: &str) -> anyhow::Result<(String, Value)> {
    let path = format!("events?township={}&kind={kind}&after={after}&limit=1000", cast.township);
    let found = patiently(async || {
        let page: Value = cast.desk.read(&path).await?;
        let events = page["events"].as_array().cloned().unwrap_or_default();
        Ok(events.into_iter().find(|event| event["data"]["camera"] == camera))
    });
    let Some(event) = found.await? else { bail!("no `{kind}` about {camera} within half a minute") };
    // A candidate names itself in its subject.
    Ok((text(&event, "/subject")?, event))
}

/// A complaint about the same point, answered by who cleaned it with his photo; the photo's hash.
async fn clean(cast: &Cast, point: &str, trail: &mut Trail) -> anyhow::Result<String> {
    let desk = Desk::new(cast, &cast.desk, SANITATION);
    let form = [("point", point), ("words", "垃圾桶满了（模拟数据）"), ("source", "hotline")];
    let complaint = led_to(&desk.press(At("complaints", &[]), "complain", &form).await?, "complaint")?;
    trail.step(&format!("热线投诉同一点位，登记为 {complaint}"), "a complaint about the same point");
    let unit = Desk::new(cast, &cast.unit, SANITATION);
    let at = [("complaint", complaint.as_str())];
    let jpeg = photo::draw(&cast.run, 3)?;
    unit.press_with(At("complaint", &at), "answer", &[("words", "已清理")], ("picture", &jpeg)).await?;
    let path = format!("events?township={}&kind=page.action&before={}&limit=20", cast.township, u32::MAX);
    let actions: Value = cast.desk.read(&path).await?;
    let own = format!("/{}/page:{SANITATION}", cast.township);
    let mut newest = actions["events"].as_array().into_iter().flatten().filter(|action| action["source"] == own);
    let Some(photo) = newest.find_map(|action| action["pictures"][0]["sha256"].as_str()) else {
        bail!("no pressed button with the photo is in the log")
    };
    trail.step("清理后上传照片并答复投诉", "cleaned, answered with a photo");
    Ok(photo.to_owned())
}
