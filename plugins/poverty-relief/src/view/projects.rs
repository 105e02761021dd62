//! The board of projects, and the form for a new one.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::BoardColumn;
use xl_plugin::page::Card;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Query;
use xl_plugin::settings;

use super::Eyes;
use super::shared;
use crate::project::Project;
use crate::project::Stage;
use crate::store;
use crate::text;
use crate::text::names;

/// Cards of one column.
const CARDS: u32 = 12;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    if let Some(stage) = eyes.visit.query_value("stage") {
        let stage = Stage::ALL.into_iter().find(|one| one.as_str() == stage).ok_or(PagesError::NotFound)?;
        return list(eyes, stage);
    }
    let mut columns = Vec::new();
    for stage in Stage::ALL {
        let some = Query::by(store::PROJECTS, "stage").equals(stage.as_str()).limit(CARDS);
        let cards = records::find::<Project>(&some)?.entries.into_iter().map(|(key, project)| Card {
            title: project.name.clone(),
            text: Some(format!("{} · {}", project.place, names::of(names::SCOPES, project.scope, eyes.locale))),
            to: Some(Target::new("project", [("project", key.as_str())])),
        });
        let title = names::of(names::STAGES, stage, eyes.locale).to_owned();
        columns.push(BoardColumn { title, cards: cards.collect() });
    }
    let links = Stage::ALL.map(|stage| {
        shared::link(names::of(names::STAGES, stage, eyes.locale), "projects", &[("stage", stage.as_str())])
    });
    let page = Page::new(eyes.say("帮扶项目", "Projects")).board(columns).actions(links);
    if !eyes.holds(&["handler", "township-admin"]) {
        return Ok(page);
    }
    Ok(page.heading(eyes.say("新项目", "New project")).form(
        "create",
        text::SAVE.say(eyes.locale),
        [
            Field::new("name", eyes.say("名称", "Name"), Input::Text)
                .hint(eyes.say("不写农户姓名", "Without a household's name")),
            Field::new("place", eyes.say("村（12 位区划代码）", "Village (12-digit code)"), Input::Text)
                .starts_with(settings::township()),
            shared::choice(eyes, "scope", eyes.say("归属", "Whose"), names::SCOPES),
            Field::new("asset_yuan", eyes.say("资产（元）", "Asset (yuan)"), Input::Number),
        ],
    ))
}

fn list(eyes: &Eyes<'_>, stage: Stage) -> Result<Page, PagesError> {
    let query = Query::by(store::PROJECTS, "stage").equals(stage.as_str());
    let found = records::find::<Project>(&shared::paged(eyes, query))?;
    let rows = found.entries.iter().map(|(key, project)| {
        Row::new([
            key.clone(),
            project.name.clone(),
            project.place.clone(),
            project.asset_yuan.to_string(),
            project.output_yuan.to_string(),
            project.paid_yuan.to_string(),
            shared::day_or_dash(project.inspect_due),
        ])
        .leads_to(Target::new("project", [("project", key.as_str())]))
    });
    let columns = [
        eyes.say("编号", "No."),
        eyes.say("名称", "Name"),
        eyes.say("村", "Village"),
        eyes.say("资产（元）", "Asset (yuan)"),
        eyes.say("产出（元）", "Output (yuan)"),
        eyes.say("分红（元）", "Paid (yuan)"),
        eyes.say("应巡查", "Inspection due"),
    ];
    let page = Page::new(names::of(names::STAGES, stage, eyes.locale));
    let next = shared::next(eyes, &[("stage", stage.as_str())], found.next.as_ref());
    Ok(page.table_part(columns, rows, eyes.say("没有项目。", "No projects."), next))
}
