//! One template a block.

use askama::Template;
use xl_model::block::Block;
use xl_model::block::BoardColumn;
use xl_model::block::GalleryPicture;
use xl_model::block::Origin;
use xl_model::block::PageLink;
use xl_model::block::Pair;
use xl_model::block::Row;
use xl_model::block::Stat;
use xl_model::block::Step;
use xl_model::block::StepState;
use xl_model::block::TimelineEntry;
use xl_model::block::Tone;

use super::Draw;
use super::chart;
use super::form;
use super::kpi;
use super::map;
use super::qr;
use crate::console::time;

/// Draws one block; `number` tells it from its like on the page.
pub(super) fn html(draw: &Draw<'_>, number: usize, block: &Block) -> askama::Result<String> {
    match block {
        Block::Heading { text } => HeadingHtml { text }.render(),
        Block::Text { text } => TextHtml { text }.render(),
        Block::Banner { tone, text } => banner(*tone, text).render(),
        Block::Stat { items } => StatHtml { items }.render(),
        Block::Kpi { items } => kpi::html(draw, items),
        Block::Table { columns, rows, empty, next } => {
            let empty = empty.as_deref().unwrap_or(draw.words.nothing);
            let next = next.as_ref().and_then(|target| draw.href(target));
            TableHtml { columns, rows: rows_of(draw, columns, rows), empty, next, next_page: draw.words.next_page }
                .render()
        }
        Block::Detail { items } => DetailHtml { items }.render(),
        Block::Timeline { entries } => timeline(draw, entries).render(),
        Block::Gallery { pictures: shown } => GalleryHtml { pictures: pictures(draw, shown) }.render(),
        Block::Board { columns } => board(draw, columns).render(),
        Block::Steps { steps: shown } => steps(draw, shown).render(),
        Block::Chart { title, unit, points } => chart::html(draw, title, unit, points),
        Block::Map { marks } => map::html(draw, marks),
        Block::Qr { link, caption, digital_link } => qr::html(draw, link, digital_link.as_deref(), caption),
        Block::Form { action, submit, fields } => form::html(draw, number, action, submit, fields),
        Block::Actions { links } => actions(draw, links).render(),
    }
}

#[derive(Template)]
#[template(path = "blocks/heading.html")]
struct HeadingHtml<'a> {
    text: &'a str,
}

#[derive(Template)]
#[template(path = "blocks/text.html")]
struct TextHtml<'a> {
    text: &'a str,
}

#[derive(Template)]
#[template(path = "blocks/banner.html")]
struct BannerHtml<'a> {
    tone: &'static str,
    urgent: bool,
    text: &'a str,
}

fn banner(tone: Tone, text: &str) -> BannerHtml<'_> {
    let (tone, urgent) = match tone {
        Tone::Info => ("info", false),
        Tone::Good => ("good", false),
        Tone::Warn => ("warn", false),
        Tone::Bad => ("bad", true),
    };
    BannerHtml { tone, urgent, text }
}

#[derive(Template)]
#[template(path = "blocks/stat.html")]
struct StatHtml<'a> {
    items: &'a [Stat],
}

#[derive(Template)]
#[template(path = "blocks/detail.html")]
struct DetailHtml<'a> {
    items: &'a [Pair],
}

#[derive(Template)]
#[template(path = "blocks/table.html")]
struct TableHtml<'a> {
    columns: &'a [String],
    rows: Vec<Vec<Cell<'a>>>,
    empty: &'a str,
    next: Option<String>,
    next_page: &'static str,
}

struct Cell<'a> {
    label: &'a str,
    text: &'a str,
    href: Option<String>,
}

fn rows_of<'a>(draw: &Draw<'_>, columns: &'a [String], rows: &'a [Row]) -> Vec<Vec<Cell<'a>>> {
    let rows = rows.iter().map(|row| {
        let cells = row.cells.iter().enumerate().map(|(n, text)| Cell {
            label: columns.get(n).map_or("", String::as_str),
            text,
            href: if n == 0 { row.to.as_ref().and_then(|target| draw.href(target)) } else { None },
        });
        cells.collect()
    });
    rows.collect()
}

#[derive(Template)]
#[template(path = "blocks/timeline.html")]
struct TimelineHtml<'a> {
    entries: Vec<Entry<'a>>,
}

struct Entry<'a> {
    class: &'static str,
    origin: &'static str,
    iso: String,
    time: String,
    title: &'a str,
    text: Option<&'a str>,
    pictures: Vec<Picture<'a>>,
}

fn timeline<'a>(draw: &Draw<'_>, entries: &'a [TimelineEntry]) -> TimelineHtml<'a> {
    let entries = entries.iter().map(|entry| {
        let (class, origin) = match entry.origin {
            Origin::Recorded => ("recorded", draw.words.recorded),
            Origin::Captured => ("captured", draw.words.captured),
        };
        Entry {
            class,
            origin,
            iso: time::iso(entry.time_ms),
            time: time::minute(entry.time_ms),
            title: &entry.title,
            text: entry.text.as_deref(),
            pictures: pictures(draw, &entry.pictures),
        }
    });
    TimelineHtml { entries: entries.collect() }
}

#[derive(Template)]
#[template(path = "blocks/gallery.html")]
struct GalleryHtml<'a> {
    pictures: Vec<Picture<'a>>,
}

struct Picture<'a> {
    small: String,
    large: String,
    caption: &'a str,
}

fn pictures<'a>(draw: &Draw<'_>, pictures: &'a [GalleryPicture]) -> Vec<Picture<'a>> {
    let pictures = pictures.iter().map(|picture| Picture {
        small: draw.picture(&picture.sha256, 320),
        large: draw.picture(&picture.sha256, 1_280),
        caption: &picture.caption,
    });
    pictures.collect()
}

#[derive(Template)]
#[template(path = "blocks/board.html")]
struct BoardHtml<'a> {
    columns: Vec<Column<'a>>,
}

struct Column<'a> {
    title: &'a str,
    cards: Vec<CardHtml<'a>>,
}

struct CardHtml<'a> {
    title: &'a str,
    text: Option<&'a str>,
    href: Option<String>,
}

fn board<'a>(draw: &Draw<'_>, columns: &'a [BoardColumn]) -> BoardHtml<'a> {
    let columns = columns.iter().map(|column| {
        let cards = column.cards.iter().map(|card| CardHtml {
            title: &card.title,
            text: card.text.as_deref(),
            href: card.to.as_ref().and_then(|target| draw.href(target)),
        });
        Column { title: &column.title, cards: cards.collect() }
    });
    BoardHtml { columns: columns.collect() }
}

#[derive(Template)]
#[template(path = "blocks/steps.html")]
struct StepsHtml<'a> {
    steps: Vec<StepHtml<'a>>,
}

struct StepHtml<'a> {
    class: &'static str,
    word: &'static str,
    current: bool,
    label: &'a str,
}

fn steps<'a>(draw: &Draw<'_>, steps: &'a [Step]) -> StepsHtml<'a> {
    let steps = steps.iter().map(|step| {
        let (class, word) = match step.state {
            StepState::Done => ("done", draw.words.step_done),
            StepState::Current => ("current", draw.words.step_current),
            StepState::Open => ("open", draw.words.step_open),
        };
        StepHtml { class, word, current: step.state == StepState::Current, label: &step.label }
    });
    StepsHtml { steps: steps.collect() }
}

#[derive(Template)]
#[template(path = "blocks/actions.html")]
struct ActionsHtml<'a> {
    links: Vec<LinkHtml<'a>>,
}

struct LinkHtml<'a> {
    text: &'a str,
    href: String,
}

fn actions<'a>(draw: &Draw<'_>, links: &'a [PageLink]) -> ActionsHtml<'a> {
    let links = links.iter().filter_map(|link| Some(LinkHtml { text: &link.text, href: draw.href(&link.to)? }));
    ActionsHtml { links: links.collect() }
}
