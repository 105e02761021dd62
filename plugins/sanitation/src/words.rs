//! Names of states and reasons, in Chinese and English.

use xl_plugin::Locale;
use xl_plugin::zh_en;

use crate::finding;
use crate::place::BinState;
use crate::place::Shows;
use crate::task;
use crate::watch::health::Unusable;

pub(crate) fn task_state(state: task::State, locale: Locale) -> &'static str {
    let (zh, en) = match state {
        task::State::Planned => ("待做", "planned"),
        task::State::Started => ("进行中", "started"),
        task::State::Done => ("待检查", "to be checked"),
        task::State::Passed => ("合格", "passed"),
        task::State::Redo => ("返工", "to be redone"),
        task::State::Missed => ("漏做", "missed"),
        task::State::Escalated => ("已上报", "escalated"),
    };
    zh_en(locale, zh, en)
}

pub(crate) fn bin_state(state: BinState, locale: Locale) -> &'static str {
    let (zh, en) = match state {
        BinState::Ok => ("正常", "ok"),
        BinState::Filling => ("在装", "filling"),
        BinState::Full => ("已满", "full"),
        BinState::Overflow => ("满溢", "overflow"),
        BinState::Emptied => ("已清空", "emptied"),
    };
    zh_en(locale, zh, en)
}

pub(crate) fn finding_state(state: finding::State, locale: Locale) -> &'static str {
    let (zh, en) = match state {
        finding::State::Candidate => ("待复核", "to be reviewed"),
        finding::State::Confirmed => ("属实", "confirmed"),
        finding::State::Dismissed => ("不属实", "dismissed"),
        finding::State::Closed => ("已结案", "closed"),
    };
    zh_en(locale, zh, en)
}

pub(crate) fn reason(reason: finding::Reason, locale: Locale) -> &'static str {
    let (zh, en) = match reason {
        finding::Reason::Clean => ("现场干净（光线、阴影、积水）", "clean: light, shadow, water"),
        finding::Reason::Lawful => ("可以放在那里的东西", "something that may stand there"),
        finding::Reason::Passing => ("经过的人或车", "people or vehicles that pass"),
        finding::Reason::Unclear => ("图片看不清", "the picture says nothing"),
        finding::Reason::Region => ("区域画得不对", "the region is drawn wrongly"),
    };
    zh_en(locale, zh, en)
}

pub(crate) fn shows(shows: Shows, locale: Locale) -> &'static str {
    match shows {
        Shows::Ground => zh_en(locale, "地面", "ground"),
        Shows::Bin => zh_en(locale, "垃圾箱", "a bin"),
    }
}

pub(crate) fn what(what: finding::What, locale: Locale) -> &'static str {
    match what {
        finding::What::Exposed => zh_en(locale, "暴露垃圾", "exposed waste"),
        finding::What::Overflow => zh_en(locale, "垃圾满溢", "overflowing bin"),
    }
}

/// What a method does.
pub(crate) fn method(method: &str, locale: Locale) -> String {
    match method {
        crate::candidate::CLEAN => zh_en(locale, "与干净参照图比对", "compared with clean views").to_owned(),
        crate::candidate::YESTERDAY => zh_en(locale, "与前一天同一时刻比对", "compared with the day before").to_owned(),
        other => format!("{} {}", zh_en(locale, "设备上报", "said by a device:"), other.trim_start_matches("device:")),
    }
}

pub(crate) fn unusable(why: Unusable, locale: Locale) -> &'static str {
    let (zh, en) = match why {
        Unusable::Failed => ("取不到图片", "no picture"),
        Unusable::Stale => ("图片太旧", "picture too old"),
        Unusable::Hours => ("不在判断时段", "outside the hours"),
        Unusable::Dark => ("太暗", "too dark"),
        Unusable::Bright => ("太亮", "too bright"),
        Unusable::Blurred => ("模糊或脏污", "blurred or dirty"),
        Unusable::Covered => ("镜头被挡", "covered"),
        Unusable::Moved => ("镜头转动", "turned away"),
        Unusable::Frozen => ("画面不动", "frozen"),
        Unusable::Masked => ("大部分被遮挡区盖住", "mostly masked"),
        Unusable::Weather => ("雨雪雾等整体变化", "rain, snow, fog"),
        Unusable::Light => ("整体光线不同（如红外）", "another light (infrared)"),
        Unusable::NoReference => ("此时段还没有参照图", "no reference for this hour yet"),
    };
    zh_en(locale, zh, en)
}
