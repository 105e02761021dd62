//! What a build asks for beyond another one, in words for whoever approves it. Pure.
//!
//! Whatever is not asked for here goes through without a question: fewer kinds, lower limits, other texts, settings, pages
//! inside the console, and collections, which only this module reads, unless they keep records longer.

use xl_model::manifest::Limits;
use xl_model::manifest::Manifest;
use xl_model::manifest::Sampling;
use xl_model::manifest::Text;
use xl_model::picture::PictureLevel;

/// What `new` asks for that `old` does not, a text each; empty when it is the same or less.
pub(super) fn more(old: &Manifest, new: &Manifest) -> Vec<Text> {
    let mut more = Vec::new();
    cameras(old, new, &mut more);
    samples(old, new, &mut more);
    kinds(old, new, &mut more);
    network(old, new, &mut more);
    public(old, new, &mut more);
    cases(old, new, &mut more);
    calls(old, new, &mut more);
    for schedule in new.schedules.iter().filter(|schedule| !old.schedules.contains(schedule)) {
        let cron = &schedule.cron;
        more.push(text(format!("按时间“{cron}”自动运行"), format!("to be woken at `{cron}`"), None));
    }
    limits(&old.limits, &new.limits, &mut more);
    records(old, new, &mut more);
    more
}

/// That somebody else vouches for it, or nobody any more.
pub(super) fn publisher(old: Option<&str>, new: Option<&str>) -> Option<Text> {
    match (old, new) {
        (Some(old), Some(new)) if old != new => Some(text(
            format!("发布者由“{old}”变为“{new}”"),
            format!("it is published by `{new}`, not by `{old}`"),
            None,
        )),
        (Some(old), None) => {
            Some(text(format!("不再由“{old}”签名"), format!("it is not signed by `{old}` any more"), None))
        }
        _ => None,
    }
}

fn cameras(old: &Manifest, new: &Manifest, more: &mut Vec<Text>) {
    let level = |manifest: &Manifest| manifest.asks.cameras.as_ref().map(|ask| ask.level);
    let Some(ask) = &new.asks.cameras else { return };
    match level(old) {
        None => more.push(text(
            format!("查看摄像机，图片级别：{}", level_zh(ask.level)),
            format!("to see cameras, pictures up to {}", level_en(ask.level)),
            Some(&ask.reason),
        )),
        Some(before) if before < ask.level => more.push(text(
            format!("图片级别由“{}”提高到“{}”", level_zh(before), level_zh(ask.level)),
            format!("pictures up to {}, where it was {}", level_en(ask.level), level_en(before)),
            Some(&ask.reason),
        )),
        Some(_) => {}
    }
}

fn samples(old: &Manifest, new: &Manifest, more: &mut Vec<Text>) {
    // The same or less: as rarely, for the same purpose, as far as the same settings say.
    let is_within = |one: &Sampling, other: &Sampling| {
        one.purpose == other.purpose
            && one.every_s >= other.every_s
            && one.every_setting == other.every_setting
            && (one.regions_setting == other.regions_setting || other.regions_setting.is_none())
    };
    let reason = new.asks.cameras.as_ref().map(|ask| &ask.reason);
    for wish in new.samples.iter().filter(|wish| !old.samples.iter().any(|known| is_within(wish, known))) {
        let (every_s, purpose) = (wish.every_s, &wish.purpose);
        more.push(text(
            format!("每 {every_s} 秒查看一次摄像机，用途：{purpose}"),
            format!("to look at its cameras every {every_s} s for the purpose {purpose}"),
            reason,
        ));
    }
}

fn kinds(old: &Manifest, new: &Manifest, more: &mut Vec<Text>) {
    for wanted in new.subscribe.iter().filter(|wanted| !old.subscribe.iter().any(|known| known.covers(wanted))) {
        let kind = wanted.as_str();
        more.push(text(format!("处理事件 {kind}"), format!("to handle the events {kind}"), None));
    }
    for kind in new.publish.iter().filter(|kind| !old.publish.contains(kind)) {
        more.push(text(format!("发布事件 {kind}"), format!("to publish the events {kind}"), None));
    }
}

fn network(old: &Manifest, new: &Manifest, more: &mut Vec<Text>) {
    let Some(ask) = &new.asks.http else { return };
    let known = old.asks.http.as_ref().map(|ask| ask.hosts.as_slice());
    let hosts: Vec<&str> =
        ask.hosts.iter().filter(|host| !known.is_some_and(|known| known.contains(host))).map(String::as_str).collect();
    if known.is_none() || !hosts.is_empty() {
        let hosts = hosts.join(", ");
        let zh = format!("访问网络 {hosts}").trim_end().to_owned();
        more.push(text(zh, format!("to fetch over the network {hosts}").trim_end().to_owned(), Some(&ask.reason)));
    }
}

fn public(old: &Manifest, new: &Manifest, more: &mut Vec<Text>) {
    let reason = new.asks.links.as_ref().map(|ask| &ask.reason);
    if reason.is_some() && old.asks.links.is_none() {
        more.push(text(
            "向公众开放页面（公开链接）".to_owned(),
            "to open pages to the public by link".to_owned(),
            reason,
        ));
    }
    let was_public = |name: &str| old.pages.iter().any(|page| page.public && page.name == name);
    for page in new.pages.iter().filter(|page| page.public && !was_public(&page.name)) {
        let (zh, en) = (&page.title.zh, &page.title.en);
        more.push(text(format!("可公开的页面“{zh}”"), format!("the page `{en}` may be opened to the public"), reason));
    }
}

fn cases(old: &Manifest, new: &Manifest, more: &mut Vec<Text>) {
    if let (None, Some(ask)) = (&old.asks.cases, &new.asks.cases) {
        let (zh, en) = ("上报案卷，由人员办理", "to open cases that people work on");
        more.push(text(zh.to_owned(), en.to_owned(), Some(&ask.reason)));
    }
}

/// An operation that programs could not call, or that changed nothing so far.
fn calls(old: &Manifest, new: &Manifest, more: &mut Vec<Text>) {
    let known = |name: &str, writes: bool| old.calls.iter().any(|call| call.name == name && (call.writes || !writes));
    for call in new.calls.iter().filter(|call| !known(&call.name, call.writes)) {
        let (zh, en) = (&call.title.zh, &call.title.en);
        more.push(match call.writes {
            true => {
                text(format!("供程序调用并写入“{zh}”"), format!("to let programs change something by `{en}`"), None)
            }
            false => text(format!("供程序查询“{zh}”"), format!("to answer programs that ask for `{en}`"), None),
        });
    }
}

fn limits(old: &Limits, new: &Limits, more: &mut Vec<Text>) {
    for (zh, en, before, now) in [
        ("每批事件数", "events of one batch", u64::from(old.batch_events), u64::from(new.batch_events)),
        ("CPU 时间（毫秒）", "CPU time, ms", old.cpu_ms, new.cpu_ms),
        ("运行时间（毫秒）", "time of a run, ms", old.wall_ms, new.wall_ms),
        ("内存（MiB）", "memory, MiB", old.memory_mib.into(), new.memory_mib.into()),
        ("表元素数", "table elements", old.table_elements.into(), new.table_elements.into()),
        ("句柄数", "handles", old.handles.into(), new.handles.into()),
        ("效果数", "effects of a run", old.effects.into(), new.effects.into()),
        ("效果字节数", "bytes of effects", old.effect_bytes.into(), new.effect_bytes.into()),
        ("宿主调用数", "host calls", old.host_calls.into(), new.host_calls.into()),
        ("日志行数", "log lines", old.log_lines.into(), new.log_lines.into()),
        ("每分钟图片数", "pictures a minute", old.pictures_per_minute.into(), new.pictures_per_minute.into()),
        ("每分钟网络请求数", "fetches a minute", old.fetches_per_minute.into(), new.fetches_per_minute.into()),
        ("记录存储（MiB）", "records, MiB", old.records_mib.into(), new.records_mib.into()),
        ("每日发布事件数", "events published a day", old.events_per_day.into(), new.events_per_day.into()),
    ] {
        if now > before {
            more.push(text(
                format!("{zh}上限由 {before} 提高到 {now}"),
                format!("{en}: {now}, where it was {before}"),
                None,
            ));
        }
    }
}

/// Records that stay longer than they did, also against a rule of the hub; what a new collection gathers is not known yet.
fn records(old: &Manifest, new: &Manifest, more: &mut Vec<Text>) {
    for known in &old.collections {
        let name = &known.name;
        let now = new.collections.iter().find(|collection| collection.name == *name);
        match (known.keep_days, now.and_then(|collection| collection.keep_days)) {
            (Some(before), Some(now)) if now > before => more.push(text(
                format!("记录“{name}”的保存天数由 {before} 提高到 {now}"),
                format!("to keep the records `{name}` for {now} days, where it was {before}"),
                None,
            )),
            (Some(before), None) => more.push(text(
                format!("记录“{name}”不再于 {before} 天后删除"),
                format!("to keep the records `{name}`, which went after {before} days"),
                None,
            )),
            _ => {}
        }
        let (before, now) = (known.keep_days_least, now.and_then(|collection| collection.keep_days_least));
        if let Some(now) = now.filter(|now| before.is_none_or(|before| *now > before)) {
            more.push(text(
                format!("记录“{name}”至少保存 {now} 天，规则不得更短"),
                format!("to keep the records `{name}` for {now} days at least, whatever a rule says"),
                None,
            ));
        }
    }
}

fn text(zh: String, en: String, reason: Option<&Text>) -> Text {
    match reason {
        None => Text { zh, en },
        Some(reason) => {
            Text { zh: format!("{zh}。理由：{}", reason.zh), en: format!("{en}. Reason: {}", reason.en) }
        }
    }
}

fn level_zh(level: PictureLevel) -> &'static str {
    match level {
        PictureLevel::None => "无",
        PictureLevel::Metric => "仅指标",
        PictureLevel::Masked => "遮挡后",
        PictureLevel::Raw => "原图",
    }
}

fn level_en(level: PictureLevel) -> &'static str {
    match level {
        PictureLevel::None => "none",
        PictureLevel::Metric => "figures only",
        PictureLevel::Masked => "masked",
        PictureLevel::Raw => "as received",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;

    use super::*;

    fn manifest(more: &Value) -> Manifest {
        let text = json!({"zh": "名", "en": "name"});
        let mut all = json!({"id": "p", "version": "1.0.0", "hub": "0.1.0", "name": text, "description": text});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        serde_json::from_value(all).unwrap()
    }

    fn whole() -> Value {
        let reason = json!({"zh": "为了清运。", "en": "To send the cart."});
        json!({
            "subscribe": ["camera.*"],
            "publish": ["street.full"],
            "schedules": [{"name": "evening", "cron": "0 20 * * *"}],
            "samples": [{"name": "watch", "every_s": 300, "purpose": "sanitation"}],
            "asks": {
                "cameras": {"level": "masked", "reason": reason},
                "http": {"hosts": ["a.cn"], "reason": reason},
                "links": {"reason": reason},
            },
            "limits": {"cpu_ms": 500},
            "collections": [{"name": "c", "keep_days": 30}],
            "pages": [{"name": "home", "title": {"zh": "首页", "en": "Home"}, "public": true}],
        })
    }

    /// `whole` with one value replaced.
    fn with(pointer: &str, value: Value) -> Manifest {
        let mut all = whole();
        *all.pointer_mut(pointer).unwrap() = value;
        manifest(&all)
    }

    #[test]
    fn the_same_or_less_asks_for_nothing_more() {
        let old = manifest(&whole());
        assert_eq!(more(&old, &old), []);
        for (pointer, value) in [
            ("/subscribe", json!(["camera.picture"])),
            ("/publish", json!([])),
            ("/schedules", json!([])),
            ("/samples/0/every_s", json!(600)),
            ("/asks/cameras/level", json!("metric")),
            ("/asks/cameras/reason", json!({"zh": "别的理由", "en": "another reason"})),
            ("/asks/http/hosts", json!([])),
            ("/asks/links", Value::Null),
            ("/limits/cpu_ms", json!(100)),
            ("/pages/0/public", json!(false)),
            ("/collections/0/keep_days", json!(20)),
            ("/collections/0", json!({"name": "c", "keep_days": 30, "indexes": [{"name": "i", "pointer": "/i"}]})),
        ] {
            assert_eq!(more(&old, &with(pointer, value)), [], "{pointer}");
        }
    }

    #[test]
    fn each_further_wish_is_told_in_both_languages_with_its_reason() {
        let old = manifest(&whole());
        for (pointer, value, zh, en, reasoned) in [
            ("/subscribe", json!(["*"]), "处理事件 *", "to handle the events *", false),
            ("/publish", json!(["street.full", "street.clean"]), "发布事件 street.clean", "street.clean", false),
            ("/schedules/0/cron", json!("* * * * *"), "“* * * * *”", "`* * * * *`", false),
            ("/samples/0/every_s", json!(60), "每 60 秒", "every 60 s", true),
            ("/samples/0/purpose", json!("flood"), "用途：flood", "the purpose flood", true),
            ("/asks/cameras/level", json!("raw"), "由“遮挡后”提高到“原图”", "as received, where it was masked", true),
            ("/asks/http/hosts", json!(["a.cn", "b.cn"]), "访问网络 b.cn", "network b.cn", true),
            ("/limits/cpu_ms", json!(900), "由 500 提高到 900", "900, where it was 500", false),
            ("/pages/0/name", json!("other"), "可公开的页面", "may be opened to the public", true),
            ("/collections/0/keep_days", json!(60), "由 30 提高到 60", "for 60 days, where it was 30", false),
            ("/collections", json!([]), "不再于 30 天后删除", "went after 30 days", false),
            (
                "/collections/0",
                json!({"name": "c", "keep_days": 30, "keep_days_least": 9}),
                "至少保存 9 天",
                "for 9 days at least",
                false,
            ),
        ] {
            let found = more(&old, &with(pointer, value));
            assert_eq!(found.len(), 1, "{pointer}: {found:?}");
            assert!(found[0].zh.contains(zh) && found[0].en.contains(en), "{pointer}: {found:?}");
            let has_reason = found[0].zh.contains("为了清运。") && found[0].en.contains("To send the cart.");
            assert_eq!(has_reason, reasoned, "{found:?}");
        }
        let nothing = manifest(&json!({}));
        let all: Vec<String> = more(&nothing, &old).into_iter().map(|text| text.en).collect();
        for part in
            ["to see cameras", "every 300 s", "camera.*", "street.full", "a.cn", "by link", "`Home`", "0 20 * * *"]
        {
            assert!(all.iter().any(|text| text.contains(part)), "{part}: {all:?}");
        }
    }

    #[test]
    fn another_publisher_is_more() {
        assert_eq!(publisher(Some("a"), Some("a")), None);
        assert_eq!(publisher(None, Some("a")), None);
        assert_eq!(publisher(None, None), None);
        assert!(publisher(Some("a"), Some("b")).unwrap().en.contains("`b`"));
        assert!(publisher(Some("a"), None).unwrap().zh.contains("不再"));
    }
}
