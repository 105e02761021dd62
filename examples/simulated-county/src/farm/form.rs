//! What the farmers fill in. Every name says that it is simulated: these pages look like real ones.

use crate::clock;
use crate::hub::Texts;
use crate::world::Greenhouse;

/// Something that is used on a crop.
pub(super) struct Input {
    pub(super) name: &'static str,
    registration: &'static str,
    purpose: &'static str,
    dose: &'static str,
    pub(super) interval_days: u32,
}

pub(super) const FEED: Input = Input {
    name: "大量元素水溶肥料（模拟）",
    registration: "SIM-FERTILISER-001",
    purpose: "追肥 · top dressing",
    dose: "5 kg/亩",
    interval_days: 0,
};

pub(super) const SPRAY: Input = Input {
    name: "苦参碱水剂（模拟）",
    registration: "SIM-PESTICIDE-002",
    purpose: "防治蚜虫 · against aphids",
    dose: "50 mL/亩",
    interval_days: 7,
};

/// A new greenhouse.
pub(super) fn site(greenhouse: &Greenhouse) -> Texts {
    texts([
        ("name", format!("{}号大棚（模拟）", greenhouse.number)),
        ("producer", "演示蔬菜合作社（模拟数据）".to_owned()),
        ("camera", greenhouse.camera()),
    ])
}

/// A new batch, planted so many days ago.
pub(super) fn batch(site: &str, days_ago: u64) -> Texts {
    texts([
        ("site", site.to_owned()),
        ("product", "樱桃番茄 · cherry tomatoes".to_owned()),
        ("variety", "模拟一号".to_owned()),
        ("quantity", "1200".to_owned()),
        ("unit", "plants".to_owned()),
        ("planted", clock::day_ago(days_ago)),
    ])
}

/// The use of an input, so many days ago.
pub(super) fn input(input: &Input, days_ago: u64) -> Texts {
    texts([
        ("name", input.name.to_owned()),
        ("registration", input.registration.to_owned()),
        ("source", "演示农资店（模拟）".to_owned()),
        ("purpose", input.purpose.to_owned()),
        ("dose", input.dose.to_owned()),
        ("interval_days", input.interval_days.to_string()),
        ("used", clock::day_ago(days_ago)),
    ])
}

/// A harvest today.
pub(super) fn harvest(kilograms: u64) -> Texts {
    texts([("harvested", clock::day_ago(0)), ("quantity_kg", kilograms.to_string())])
}

/// The query of a batch's page.
pub(super) fn of_batch(batch: &str) -> Texts {
    texts([("batch", batch.to_owned())])
}

fn texts<const N: usize>(fields: [(&str, String); N]) -> Texts {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
