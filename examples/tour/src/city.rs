//! A citizen's report through the seven stages of a case, with one rework.

use anyhow::ensure;
use serde_json::Value;
use serde_json::json;
use simulated_county::hub::Hub;

use crate::cast::Cast;
use crate::desk::At;
use crate::desk::Desk;
use crate::desk::Form;
use crate::desk::text;
use crate::modules::CITY;
use crate::photo;
use crate::trail::Trail;

/// Walks the path.
///
/// # Errors
/// At the first step that answers otherwise than expected.
pub async fn walk(cast: &Cast, trail: &mut Trail) -> anyhow::Result<()> {
    trail.path("智慧城管：公众上报，七个阶段，一次返工", "city: a citizen's report, seven stages, one rework");
    grid(cast, trail).await?;
    let report = json!({
        "id": format!("tour-{}", cast.run), "matter": "01-02", "description": "路口有垃圾（模拟数据）",
        "address": "模拟路口", "place": cast.village(),
    });
    let desk = Desk::new(cast, &cast.desk, CITY);
    let (first, again) = (desk.call("report", &report).await?, desk.call("report", &report).await?);
    let case = text(&first, "/case")?;
    ensure!(first["case"] == again["case"], "a report sent twice must be one case, but: {first}, {again}");
    trail.step(&format!("县级应用转来公众上报，案卷 {case}，重复提交仍是一件"), "a citizen's report, once");
    let case = Case { cast, id: case };
    case.to_feedback(trail).await?;
    case.to_evaluation(trail).await?;
    overdue(cast, &case.id, trail).await
}

async fn grid(cast: &Cast, trail: &mut Trail) -> anyhow::Result<()> {
    let cells = json!([{
        "id": format!("{}-tour", cast.township), "name": "巡览网格（模拟数据）", "place": cast.village(),
        "member": cast.grid_account(),
    }]);
    let saved = Desk::new(cast, &cast.head, CITY).call("grid-cells", &cells).await?;
    ensure!(saved["saved"] == 1, "one grid cell must be saved, but: {saved}");
    trail.step("导入网格和网格员", "grid cell imported");
    Ok(())
}

struct Case<'a> {
    cast: &'a Cast,
    id: String,
}

impl Case<'_> {
    async fn step(&self, who: &Hub, name: &str, form: Form<'_>, expected: &str) -> anyhow::Result<()> {
        Desk::new(self.cast, who, CITY).press(At("case", &[("case", &self.id)]), name, form).await?;
        self.stands_at(name, expected).await
    }

    async fn feedback(&self, number: u8) -> anyhow::Result<()> {
        let jpeg = photo::draw(&self.cast.run, number)?;
        let at = [("case", self.id.as_str())];
        let unit = Desk::new(self.cast, &self.cast.unit, CITY);
        unit.press_with(At("case", &at), "feedback", &[("note", "已清理")], ("pictures", &jpeg)).await?;
        self.stands_at("feedback", "feedback").await
    }

    async fn stands_at(&self, step: &str, expected: &str) -> anyhow::Result<()> {
        let case: Value = self.cast.desk.read(&format!("cases/{}", self.id)).await?;
        ensure!(case["stage"] == expected, "after `{step}` the case must be `{expected}`, but is {}", case["stage"]);
        Ok(())
    }

    async fn to_feedback(&self, trail: &mut Trail) -> anyhow::Result<()> {
        let Cast { grid, desk, unit, .. } = self.cast;
        self.step(grid, "verify", &[("note", "属实")], "verifying").await?;
        trail.step("网格员核实", "verified by the grid member");
        self.step(desk, "file", &[], "filed").await?;
        trail.step("受理员立案", "filed");
        self.step(desk, "dispatch", &[("unit", "sanitation")], "dispatched").await?;
        trail.step("派遣到环卫所", "dispatched");
        self.step(unit, "accept", &[], "accepted").await?;
        self.step(unit, "start", &[], "processing").await?;
        trail.step("责任单位接收并开始处置", "accepted and begun");
        self.feedback(1).await?;
        trail.step("上传处置后照片并反馈", "feedback with a photo");
        let own = Desk::new(self.cast, unit, CITY);
        let refused = own.refused(At("case", &[("case", &self.id)]), "check", &[]).await?;
        ensure!(refused.status == 422, "who gave the feedback must not check it, but: {refused}");
        trail.step("处置人员不能核查自己的反馈", "who did it does not check it");
        Ok(())
    }

    async fn to_evaluation(&self, trail: &mut Trail) -> anyhow::Result<()> {
        let Cast { grid, desk, unit, .. } = self.cast;
        self.step(grid, "check", &[], "checking").await?;
        self.step(grid, "rework", &[("note", "墙角还有垃圾")], "rework").await?;
        trail.step("核查不合格，返工", "checked and sent back");
        self.step(unit, "start", &[], "processing").await?;
        self.feedback(2).await?;
        self.step(grid, "check", &[], "checking").await?;
        trail.step("再次处置、反馈、核查", "done again and checked");
        self.step(desk, "close", &[("note", "现场已清理")], "closed").await?;
        trail.step("结案", "closed");
        self.step(desk, "evaluate", &[("note", "满意")], "evaluated").await?;
        let history: Value = desk.read(&format!("cases/{}/history", self.id)).await?;
        let steps = history["steps"].as_array().map_or(0, Vec::len);
        trail.step(&format!("评价，案卷留痕 {steps} 步"), "evaluated, with every step on record");
        Ok(())
    }
}

/// No limit ends within seconds, and none can be set back: the tour only looks.
async fn overdue(cast: &Cast, case: &str, trail: &mut Trail) -> anyhow::Result<()> {
    let at: Value = cast.desk.read(&format!("cases/{case}")).await?;
    ensure!(at["overdue"] == false, "a case that was closed in seconds must not be overdue: {at}");
    trail.note(
        "时限最短一小时且不能倒填，超期由 tests/all/city.rs 用可拨的时钟走完",
        "overdue is walked in tests/all/city.rs",
    );
    Ok(())
}
