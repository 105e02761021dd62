//! The risk pool: clues on their way as a board, and lists of clues and households page by page.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::BoardColumn;
use xl_plugin::page::Card;
use xl_plugin::page::Stat;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::Eyes;
use super::shared;
use crate::clue::Clue;
use crate::household::Household;
use crate::household::Standing;
use crate::procedure::State;
use crate::store;
use crate::tally;
use crate::tally::Tally;
use crate::text::names;

/// Cards of one column.
const CARDS: u32 = 10;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let tally = tally::read(tally::ALL)?;
    if let Some(state) = eyes.visit.query_value("state") {
        let state = State::ALL.into_iter().find(|one| one.as_str() == state).ok_or(PagesError::NotFound)?;
        return clues(eyes, state);
    }
    if let Some(standing) = eyes.visit.query_value("standing") {
        let standing = Standing::ALL.into_iter().find(|one| one.as_str() == standing).ok_or(PagesError::NotFound)?;
        return households(eyes, standing);
    }
    let mut page = Page::new(eyes.say("风险池", "Risk pool")).stats([
        Stat::new(eyes.say("登记农户", "Households"), tally.households),
        Stat::new(eyes.say("监测中", "Monitored"), tally.monitored),
        Stat::new(eyes.say("有有效措施", "Helped"), tally.helped),
        Stat::new(eyes.say("风险已消除", "Cleared"), tally.cleared),
    ]);
    let standing_link = |standing: &Standing| {
        let name = names::of(names::STANDINGS, *standing, eyes.locale);
        shared::link(name, "home", &[("standing", standing.as_str())])
    };
    page = page
        .actions([
            shared::link(eyes.say("登记农户", "Register a household"), "register", &[]),
            shared::link(eyes.say("预警", "Warnings"), "warnings", &[]),
        ])
        .heading(eyes.say("在办线索", "Clues on their way"))
        .board(board(eyes)?);
    let states = State::ALL.iter().map(|state| {
        let name = format!("{} ({})", names::of(names::STATES, *state, eyes.locale), number(&tally, *state));
        shared::link(&name, "home", &[("state", state.as_str())])
    });
    Ok(page
        .heading(eyes.say("线索清单", "Lists of clues"))
        .actions(states.collect::<Vec<_>>())
        .heading(eyes.say("农户清单", "Lists of households"))
        .actions(Standing::ALL.iter().map(standing_link).collect::<Vec<_>>()))
}

fn board(eyes: &Eyes<'_>) -> Result<Vec<BoardColumn>, PagesError> {
    let mut columns = Vec::new();
    for state in State::ALL.into_iter().filter(|state| state.is_open()) {
        let some = Query::by(store::CLUES, "state").equals(state.as_str()).limit(CARDS);
        let cards = records::find::<Clue>(&some)?.entries.into_iter().map(|(key, clue)| Card {
            title: format!("{key} · {}", names::of(names::RISKS, clue.risk, eyes.locale)),
            text: Some(format!("{} · {}", clue.household, shared::due(eyes, &clue))),
            to: Some(Target::new("clue", [("clue", key.as_str())])),
        });
        let title = names::of(names::STATES, state, eyes.locale).to_owned();
        columns.push(BoardColumn { title, cards: cards.collect() });
    }
    Ok(columns)
}

fn number(tally: &Tally, state: State) -> i64 {
    tally.clues.get(state.as_str()).copied().unwrap_or(0)
}

fn clues(eyes: &Eyes<'_>, state: State) -> Result<Page, PagesError> {
    let query = Query::by(store::CLUES, "state").equals(state.as_str());
    let found = records::find::<Clue>(&shared::paged(eyes, query))?;
    let page = Page::new(names::of(names::STATES, state, eyes.locale));
    let next = shared::next(eyes, &[("state", state.as_str())], found.next.as_ref());
    Ok(shared::clues(eyes, page, &found.entries, next))
}

fn households(eyes: &Eyes<'_>, standing: Standing) -> Result<Page, PagesError> {
    let query = Query::by(store::HOUSEHOLDS, "standing").equals(standing.as_str());
    let found = records::find::<Household>(&shared::paged(eyes, query))?;
    let page = Page::new(names::of(names::STANDINGS, standing, eyes.locale));
    let next = shared::next(eyes, &[("standing", standing.as_str())], found.next.as_ref());
    Ok(shared::households(eyes, page, &found.entries, "household", next))
}
