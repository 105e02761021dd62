//! A household at risk, from the clue to its notice: as far as one run goes, for a notice stands five days.

use anyhow::ensure;
use serde_json::json;

use crate::cast::Cast;
use crate::cast::day_ago;
use crate::desk::At;
use crate::desk::Desk;
use crate::desk::led_to;
use crate::modules::POVERTY_RELIEF;
use crate::trail::Trail;

/// A name that belongs to nobody.
const HEAD: &str = "模拟户主";

/// Walks the path.
///
/// # Errors
/// At the first step that answers otherwise than expected.
pub async fn walk(cast: &Cast, trail: &mut Trail) -> anyhow::Result<()> {
    trail.path("防止返贫：从线索到村级公示", "poverty relief: from clue to village notice");
    let household = register(cast, trail).await?;
    look(cast, &household, trail).await?;
    warn(cast, &household, trail).await?;
    let clue = lead(cast, &household, trail).await?;
    notice(cast, &clue, trail).await
}

async fn register(cast: &Cast, trail: &mut Trail) -> anyhow::Result<String> {
    let grid = Desk::new(cast, &cast.grid, POVERTY_RELIEF);
    let village = cast.village();
    let form = [
        ("place", village.as_str()),
        ("head", HEAD),
        ("kind", "marginal"),
        ("able", "2"),
        ("limited", "0"),
        ("minor", "1"),
        ("elderly", "1"),
    ];
    let household = led_to(&grid.press(At("register", &[]), "register", &form).await?, "household")?;
    trail.step(&format!("登记农户 {household}（只填最少的信息）"), "household registered");
    Ok(household)
}

async fn look(cast: &Cast, household: &str, trail: &mut Trail) -> anyhow::Result<()> {
    let head = Desk::new(cast, &cast.head, POVERTY_RELIEF);
    let at = [("household", household)];
    let masked = head.page(At("household", &at)).await?.to_string();
    ensure!(!masked.contains(HEAD), "the masked file must not show the name");
    let form = [("why", "step"), ("reason", "核对名单")];
    let look = led_to(&head.press(At("household", &at), "show", &form).await?, "look")?;
    let full = head.page(At("full", &[("household", household), ("look", &look)])).await?.to_string();
    ensure!(full.contains(HEAD), "the file that was opened with a reason must show the name");
    trail.step("档案默认遮蔽，说明目的和理由后可看并留痕", "masked, opened with a reason on record");
    Ok(())
}

async fn warn(cast: &Cast, household: &str, trail: &mut Trail) -> anyhow::Result<()> {
    let warning =
        json!({"reference": format!("T-{}", cast.run), "household": household, "day": day_ago(1).to_string()});
    let body = json!({"department": "yibao", "warnings": [warning]});
    let desk = Desk::new(cast, &cast.desk, POVERTY_RELIEF);
    let (first, again) = (desk.call("warnings", &body).await?, desk.call("warnings", &body).await?);
    ensure!(first["taken"] == 1 && again["known"] == 1, "a warning must be taken once, but: {first}, {again}");
    trail.step("部门预警按户编号导入，重复导入没有变化", "a department's warning, once");
    Ok(())
}

async fn lead(cast: &Cast, household: &str, trail: &mut Trail) -> anyhow::Result<String> {
    let (grid, unit) = (Desk::new(cast, &cast.grid, POVERTY_RELIEF), Desk::new(cast, &cast.unit, POVERTY_RELIEF));
    let form = [("source", "visit"), ("risk", "income"), ("note", "走访发现（模拟数据）")];
    let clue = led_to(&grid.press(At("household", &[("household", household)]), "open-clue", &form).await?, "clue")?;
    trail.step(&format!("网格员立线索 {clue}"), "clue opened");
    let at = [("clue", clue.as_str())];
    let at = At("clue", &at);
    grid.press(at, "go-on", &[("note", "情况属实（模拟数据）")]).await?;
    trail.step("入户核查", "visited");
    let consent = [("how", "signed"), ("by", "head"), ("comparison", "yes"), ("publication", "yes"), ("help", "yes")];
    grid.press(at, "go-on", &consent).await?;
    trail.step("承诺授权，三项同意", "consents given");
    unit.press(at, "go-on", &[("note", "比对无异常（模拟数据）")]).await?;
    trail.step("信息比对", "compared");
    grid.press(at, "go-on", &[("present", "30"), ("in_favour", "28")]).await?;
    trail.step("民主评议 28/30", "reviewed");
    Ok(clue)
}

async fn notice(cast: &Cast, clue: &str, trail: &mut Trail) -> anyhow::Result<()> {
    let (unit, head) = (Desk::new(cast, &cast.unit, POVERTY_RELIEF), Desk::new(cast, &cast.head, POVERTY_RELIEF));
    let at = [("clue", clue)];
    unit.press(At("draft", &at), "publish", &[("checked", "yes")]).await?;
    trail.step("扫描通过，发布村级公示", "notice published after its scan");
    let refused = head.refused(At("clue", &at), "go-on", &[]).await?;
    ensure!(refused.status == 422, "before the notice stood five days the township must wait, but: {refused}");
    trail.step("公示未满五天，乡镇审核被拒", "the township has to wait for the notice");
    let until = refused.detail.unwrap_or_default();
    trail.note("公示须真实满五天，其后到消除风险由 tests/all/poverty_relief.rs 用可拨的时钟走完", &until);
    Ok(())
}
