//! How many cameras are online, by town, and which of them need help.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use xl_model::camera::CameraKey;
use xl_model::clock::TimestampMs;
use xl_model::people::action::Action;
use xl_model::rate::Figures;
use xl_model::rate::Ratio;
use xl_model::rate::Span;
use xl_model::rate::area::Area;
use xl_model::rate::day::DAY_US;

use crate::api::authority::Identity;
use crate::api::online_rate::at_this_moment;
use crate::api::problem::Problem;
use crate::api::state::ApiState;
use crate::console::frame::Frame;
use crate::console::frame::page;
use crate::console::rows;
use crate::console::rows::StandingRow;
use crate::console::text::Words;
use crate::status::By;
use crate::status::Group;
use crate::status::List;
use crate::status::Status;
use crate::status::Wish;
use crate::status::reckon;

/// What the county asks of its towns, in hundredths of a percent.
const GOAL: u64 = 9_000;

/// Villages that are shown, the worst first.
const MOST_VILLAGES: usize = 10;

/// Cameras of a list that are shown; the API lists all.
const MOST_LISTED: usize = 20;

struct Share {
    text: String,
    /// Width of the bar, 0 to 100; nothing: no data.
    bar: Option<String>,
    class: &'static str,
}

struct AreaRow {
    code: String,
    name: Option<String>,
    cameras: u64,
    now: String,
    day: Share,
    excluded: String,
    weak: bool,
}

struct AreaTable {
    title: &'static str,
    head: &'static str,
    rows: Vec<AreaRow>,
}

struct ListRow {
    href: String,
    id: String,
    standing: StandingRow,
}

struct ListHtml {
    title: &'static str,
    in_all: usize,
    rows: Vec<ListRow>,
}

#[derive(Template)]
#[template(path = "status.html")]
struct StatusHtml<'a> {
    frame: &'a Frame,
    cameras: u64,
    now: String,
    day: String,
    reachability: String,
    excluded: String,
    weak: bool,
    connection: Ratio,
    tables: Vec<AreaTable>,
    lists: Vec<ListHtml>,
}

/// Shows where all cameras stand.
pub(crate) async fn show(identity: Identity, State(state): State<ApiState>, frame: Frame) -> Result<Response, Problem> {
    let (words, now_us) = (frame.words, state.now_us());
    let span = Span { from_us: now_us.saturating_sub(DAY_US), to_us: now_us };
    let authority = identity.anywhere(Action::ReadStatus)?;
    let own = |key: &CameraKey, place: &str| authority.covers_camera(key, place);
    let (cameras, places) = (state.cameras(&authority), state.places(&authority));
    let day = reckon(state.store(&authority), cameras, None, span, By::Village, &own).await?;
    let statuses = state.statuses(&authority);
    let standing = statuses.counts(&own, places.recoded());
    let (now, connection) = at_this_moment(&authority, &state, None);
    // Towns are the sums of their villages.
    let (mut of_towns, mut of_villages) = (BTreeMap::<Area, Figures>::new(), BTreeMap::new());
    for (group, figures) in day.parts {
        let Group::Area(village) = group else { continue };
        if let Some(town) = village.parent() {
            *of_towns.entry(town).or_default() += figures;
        }
        of_villages.insert(village, figures);
    }
    let row = |area: &Area, over_day: &BTreeMap<Area, Figures>| {
        let name = rows::place(&frame, places, area.as_str());
        area_row(area, name, standing.area(area), over_day.get(area).copied().unwrap_or_default())
    };
    let of_level = |digits: usize| standing.areas().filter(move |(area, _)| area.as_str().len() == digits);
    let towns = of_level(9).map(|(area, _)| row(area, &of_towns)).collect();
    let mut worst: Vec<&Area> =
        of_level(12).filter(|(_, figures)| figures.online().den > 0).map(|(it, _)| it).collect();
    worst.sort_by_key(|area| standing.area(area).online().hundredths());
    let villages = worst.into_iter().take(MOST_VILLAGES).map(|area| row(area, &of_villages)).collect();
    let lists = List::ALL.map(|list| {
        let mut found = statuses.find(&Wish { list: Some(list), ..Wish::default() });
        found.retain(|(key, _)| own(key, cameras.place(key).as_deref().unwrap_or_default()));
        list_html(words, state.now_ms(), list, found)
    });
    page(&StatusHtml {
        frame: &frame,
        cameras: now.enrolled(),
        now: now.online().to_string(),
        day: day.total.online().to_string(),
        reachability: now.reachability().to_string(),
        excluded: now.excluded().to_string(),
        weak: now.is_weak(),
        connection,
        tables: vec![
            AreaTable { title: words.by_town, head: words.township, rows: towns },
            AreaTable { title: words.worst_villages, head: words.village, rows: villages },
        ],
        lists: lists.into(),
    })
}

fn area_row(area: &Area, name: Option<String>, now: Figures, day: Figures) -> AreaRow {
    AreaRow {
        code: area.to_string(),
        name,
        cameras: now.enrolled(),
        now: now.online().to_string(),
        day: share(day.online()),
        excluded: day.excluded().to_string(),
        weak: day.is_weak(),
    }
}

fn share(ratio: Ratio) -> Share {
    let hundredths = ratio.hundredths();
    Share {
        text: ratio.to_string(),
        bar: hundredths.map(|it| format!("{}.{:02}", it.min(10_000) / 100, it % 100)),
        class: if hundredths.is_some_and(|it| it < GOAL) { "bad" } else { "good" },
    }
}

fn list_html(words: &Words, now_ms: TimestampMs, list: List, found: Vec<(CameraKey, Status)>) -> ListHtml {
    let title = match list {
        List::AuthFailed => words.list_auth_failed,
        List::Flapping => words.list_flapping,
        List::WrongClock => words.list_wrong_clock,
        List::NoCadence => words.list_no_cadence,
    };
    let row = |(key, status): (CameraKey, Status)| ListRow {
        href: rows::camera_href(&key),
        id: key.to_string(),
        standing: StandingRow::new(words, now_ms, &status),
    };
    ListHtml { title, in_all: found.len(), rows: found.into_iter().take(MOST_LISTED).map(row).collect() }
}
