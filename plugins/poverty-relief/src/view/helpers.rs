//! How many households each helper helps, and which.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records;
use xl_plugin::records::Query;

use super::Eyes;
use super::shared;
use crate::act::Workload;
use crate::household::Household;
use crate::store;

pub(super) fn list(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let found = records::find::<Workload>(&shared::paged(eyes, Query::keys(store::HELPERS)))?;
    let rows = found.entries.iter().map(|(account, workload)| {
        Row::new([account.clone(), workload.households.to_string()])
            .leads_to(Target::new("helper", [("helper", account.as_str())]))
    });
    let columns = [eyes.say("责任人（账号）", "Helper (account)"), eyes.say("农户数", "Households")];
    let none = eyes.say("还没有指定责任人。", "No helper is named yet.");
    let next = shared::next(eyes, &[], found.next.as_ref());
    Ok(Page::new(eyes.say("帮扶责任人", "Helpers")).table_part(columns, rows, none, next))
}

pub(super) fn one(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let helper = eyes.needs("helper")?;
    let query = Query::by(store::HOUSEHOLDS, "helper").equals(helper.as_str());
    let found = records::find::<Household>(&shared::paged(eyes, query))?;
    let next = shared::next(eyes, &[("helper", &helper)], found.next.as_ref());
    Ok(shared::households(eyes, Page::new(helper.clone()), &found.entries, "visit", next))
}
