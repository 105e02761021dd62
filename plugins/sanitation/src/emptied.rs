//! A point overflows, and is emptied: its bins, its day and the figures follow.

use xl_plugin::Error;
use xl_plugin::day::Day;
use xl_plugin::events::Publish;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use crate::place::Bin;
use crate::place::BinState;
use crate::place::Point;
use crate::store;
use crate::tally;

/// Bins of a point.
pub(crate) fn bins(point: &str) -> Result<Vec<(String, Bin)>, Error> {
    let found: Found<Bin> = records::find(&Query::by(store::BINS, "point").equals(point).limit(50))?;
    Ok(found.entries)
}

/// A person confirmed that waste lies there.
pub(crate) fn overflows(key: &str, finding: Option<&str>, now_ms: i64) -> Result<(), Error> {
    let Some(mut point) = store::get::<Point>(store::POINTS, key)? else { return Ok(()) };
    if let Some(finding) = finding {
        point.finding = Some(finding.to_owned());
    }
    if point.overflow_since_ms.is_none() {
        point.overflow_since_ms = Some(now_ms);
        tally::change(Day::at(now_ms), |tally| tally.overflows += 1)?;
        tally::change_point(Day::at(now_ms), key, |day| day.overflow = true)?;
    }
    records::put(store::POINTS, key, &point)
}

/// It was emptied or cleaned: by a task, a case, a sensor or a person.
pub(crate) fn point(key: &str, now_ms: i64) -> Result<(), Error> {
    let Some(mut point) = store::get::<Point>(store::POINTS, key)? else { return Ok(()) };
    point.finding = None;
    if let Some(since_ms) = point.overflow_since_ms.take() {
        let minutes = u32::try_from((now_ms - since_ms).max(0) / 60_000).unwrap_or(u32::MAX);
        tally::change(Day::at(now_ms), |tally| tally.took(minutes))?;
        tally::change_point(Day::at(since_ms), key, |day| day.overflow = false)?;
    }
    records::put(store::POINTS, key, &point)?;
    for (bin_key, mut bin) in bins(key)? {
        if bin.state != BinState::Ok && bin.state != BinState::Emptied {
            bin.empty(now_ms);
            records::put(store::BINS, &bin_key, &bin)?;
            let data = serde_json::json!({"bin": bin_key, "point": key});
            Publish::new("sanitation.bin.emptied").subject(&bin_key).data(&data).send()?;
        }
    }
    Ok(())
}
