//! A batch from planting to its recall.

use anyhow::ensure;
use serde_json::Value;
use serde_json::json;
use simulated_county::hub::Link;

use crate::cast::Cast;
use crate::cast::day_ago;
use crate::desk::At;
use crate::desk::Desk;
use crate::desk::Form;
use crate::desk::led_to;
use crate::modules::PRODUCE_TRACE;
use crate::patience::patiently;
use crate::trail::Trail;

/// A number from GS1's range for documentation.
const GTIN: &str = "09521234543213";
/// A credit code and a location code with right check digits that belong to nobody.
const CREDIT_CODE: &str = "91350100M000100Y43";
const GLN: &str = "4012345000054";
const SSCC: &str = "376104250021234569";

/// Days ago: planted, sprayed, with an interval of seven days.
const PLANTED: u64 = 60;
const SPRAYED: u64 = 20;
const INTERVAL: u64 = 7;

/// Walks the path.
///
/// # Errors
/// At the first step that answers otherwise than expected.
pub async fn walk(cast: &Cast, trail: &mut Trail) -> anyhow::Result<()> {
    trail.path("农产品溯源：从定植到召回", "produce tracing: from planting to recall");
    let desk = Desk::new(cast, &cast.desk, PRODUCE_TRACE);
    let batch = grow(cast, &desk, trail).await?;
    let batch = Batch { desk, key: batch };
    batch.harvest(trail).await?;
    batch.certify(trail).await?;
    batch.sell(cast, trail).await?;
    batch.exchange(trail).await?;
    batch.recall(cast, trail).await
}

async fn grow(cast: &Cast, desk: &Desk, trail: &mut Trail) -> anyhow::Result<String> {
    let camera = cast.camera("gh", "巡览大棚").await?;
    let name = format!("巡览大棚 {}", cast.run);
    let site = [
        ("name", name.as_str()),
        ("producer", "巡览合作社（模拟数据）"),
        ("camera", &camera),
        ("code", CREDIT_CODE),
        ("gln", GLN),
    ];
    let site = led_to(&desk.press(At("site", &[]), "register-site", &site).await?, "site")?;
    trail.step(&format!("登记生产主体和大棚 {site}"), "producer and greenhouse registered");
    let planted = day_ago(PLANTED).to_string();
    let form = [
        ("site", site.as_str()),
        ("product", "番茄（模拟数据）"),
        ("quantity", "1200"),
        ("unit", "plants"),
        ("planted", &planted),
        ("gtin", GTIN),
    ];
    let batch = led_to(&desk.press(At("new-batch", &[]), "create-batch", &form).await?, "batch")?;
    trail.step(&format!("{planted} 定植，批次 {batch}"), "batch planted");
    Ok(batch)
}

struct Batch {
    desk: Desk,
    key: String,
}

impl Batch {
    async fn press(&self, action: &str, form: Form<'_>) -> anyhow::Result<()> {
        self.desk.press(At("batch", &[("batch", &self.key)]), action, form).await.map(drop)
    }

    async fn harvest(&self, trail: &mut Trail) -> anyhow::Result<()> {
        let (used, early) = (day_ago(SPRAYED).to_string(), day_ago(SPRAYED - INTERVAL + 1).to_string());
        let allowed = day_ago(SPRAYED - INTERVAL).to_string();
        let input = [
            ("name", "某杀菌剂（模拟数据）"),
            ("registration", "PD00000000"),
            ("source", "镇农资店（模拟数据）"),
            ("purpose", "白粉病"),
            ("dose", "每亩 50 毫升"),
            ("interval_days", "7"),
            ("used", &used),
        ];
        self.press("use-input", &input).await?;
        trail.step(&format!("{used} 用药，安全间隔期 7 天"), "input used, interval of 7 days");
        let form = [("harvested", early.as_str()), ("quantity_kg", "125.5")];
        let refused = self.desk.refused(At("batch", &[("batch", &self.key)]), "harvest", &form).await?;
        let reason = refused.fields.get("harvested").cloned().unwrap_or_default();
        ensure!(
            refused.status == 422 && reason.contains(&allowed),
            "a harvest on {early} must be refused until {allowed}, but: {refused}"
        );
        trail.step(&format!("{early} 采收被拒：安全间隔期未满，{allowed} 起可采收"), "harvest refused with the day");
        trail.note("枢纽答复", &reason);
        self.press("harvest", &[("harvested", &allowed), ("quantity_kg", "125.5")]).await?;
        trail.step(&format!("{allowed} 采收 125.5 公斤"), "harvested when allowed");
        Ok(())
    }

    async fn certify(&self, trail: &mut Trail) -> anyhow::Result<()> {
        let today = day_ago(0).to_string();
        let test =
            [("tested", today.as_str()), ("laboratory", "县检测站（模拟数据）"), ("report", "R-1"), ("result", "pass")];
        self.press("test", &test).await?;
        trail.step("检测合格", "test passed");
        let certificate =
            [("party", "巡览合作社（模拟数据）"), ("contact", "0633-000"), ("basis", "test"), ("issued", &today)];
        self.press("certify", &certificate).await?;
        trail.step("开具承诺达标合格证", "commitment certificate issued");
        Ok(())
    }

    async fn sell(&self, cast: &Cast, trail: &mut Trail) -> anyhow::Result<()> {
        let today = day_ago(0).to_string();
        self.press("pack", &[("packed", &today), ("sscc", SSCC)]).await?;
        trail.step("包装", "packed");
        let shipment = [
            ("shipped", today.as_str()),
            ("receiver", "某超市（模拟数据）"),
            ("document", "D-1"),
            ("quantity_kg", "60"),
        ];
        self.press("ship", &shipment).await?;
        self.press("receive", &[("received", &today)]).await?;
        trail.step("发货 60 公斤并收货", "60 kg shipped and received");
        let order = format!("S-{}", cast.run);
        self.press("sell", &[("sold", &today), ("order", &order), ("quantity_kg", "40")]).await?;
        trail.step("窗口销售 40 公斤", "40 kg sold by hand");
        let line = json!({ "gtin": GTIN, "lot": self.key, "quantity_kg": 5.5 });
        let order = json!({ "order": format!("O-{}", cast.run), "lines": [line] });
        let (first, again) = (self.desk.call("order", &order).await?, self.desk.call("order", &order).await?);
        ensure!(
            first["known"] == false && again["known"] == true,
            "an order must be taken once and then be known, but: {first}, {again}"
        );
        trail.step("商店订单 5.5 公斤，重复提交不再扣减", "a shop's order, repeated without effect");
        Ok(())
    }

    async fn exchange(&self, trail: &mut Trail) -> anyhow::Result<()> {
        let document = self.desk.ask(&format!("document?batch={}", self.key)).await?;
        let events = document.pointer("/epcisBody/eventList").and_then(Value::as_array).map_or(0, Vec::len);
        ensure!(events > 0, "the EPCIS document of {} holds no event", self.key);
        let captured = self.desk.call("capture", &document).await?;
        ensure!(
            captured["captured"] == 0 && captured["known"] == json!(events),
            "{events} events that are known must not be captured again, but: {captured}"
        );
        trail.step(&format!("导出 EPCIS 文档（{events} 个事件）并重新接收，没有变化"), "EPCIS document captured again");
        Ok(())
    }

    async fn recall(&self, cast: &Cast, trail: &mut Trail) -> anyhow::Result<()> {
        self.press("issue-link", &[]).await?;
        let links: Vec<Link> = cast.head.links(&cast.township).await?;
        let link = links.into_iter().find(|link| link.query.get("batch") == Some(&self.key) && !link.revoked);
        let Some(link) = link else { anyhow::bail!("no public link of {} is listed", self.key) };
        let address = format!("/t/{}?lang=zh", link.code);
        let (status, page) = cast.admin.stranger(&address).await?;
        ensure!(
            status.is_success() && page.contains("番茄") && page.contains("提交投诉") && !page.contains("召回"),
            "{address} must show the batch, where to complain, and no recall: {status}"
        );
        trail.step(&format!("购买者扫码可见：/t/{}", link.code), "a buyer sees the page");
        let acted = self
            .desk
            .press(At("batch", &[("batch", &self.key)]), "recall", &[("reason", "演示召回（模拟数据）")])
            .await?;
        let graph = self.desk.page(At(&acted.page, &[("batch", &self.key)])).await?.to_string();
        ensure!(graph.contains("某超市"), "the graph of {} must name its receiver: {graph}", self.key);
        trail.step("召回，列出去向：某超市（模拟数据）", "recalled, with its reach");
        // The hub draws a public page at most every ten seconds.
        let shown = patiently(async || {
            let (_, page) = cast.admin.stranger(&address).await?;
            Ok(page.contains("召回").then_some(()))
        });
        ensure!(shown.await?.is_some(), "{address} must show the recall");
        trail.step("溯源页显示召回", "the public page shows the recall");
        Ok(())
    }
}
