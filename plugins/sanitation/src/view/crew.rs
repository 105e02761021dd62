//! Vehicles, routes, plans and rosters, each with its form.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::PageLink;
use xl_plugin::page::Row;
use xl_plugin::page::Target;
use xl_plugin::records::Found;
use xl_plugin::zh_en;

use crate::clock::Window;
use crate::crew::Plan;
use crate::crew::Roster;
use crate::crew::Route;
use crate::crew::Vehicle;
use crate::store;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let page = Page::new(zh_en(locale, "车辆、线路、计划与排班", "Vehicles, routes, plans, rosters"));
    let page = vehicles(page, visit, locale)?;
    let page = routes(page, visit, locale)?;
    let page = plans(page, visit, locale)?;
    let page = rosters(page, visit, locale)?;
    Ok(page.heading(zh_en(locale, "停用计划或排班", "Stop a plan or roster")).form(
        "stop",
        zh_en(locale, "停用", "Stop"),
        [Field::new("key", zh_en(locale, "编号", "Number"), Input::Text)],
    ))
}

fn part(page: Page, next: Option<&String>, name: &str, locale: Locale) -> Page {
    let Some(next) = next else { return page };
    page.actions([PageLink::new(zh_en(locale, "更多", "More"), Target::new("crew", [(name, next.as_str())]))])
}

fn vehicles(page: Page, visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let found: Found<Vehicle> = store::part(store::VEHICLES, visit.query_value("vehicles"), store::ROWS)?;
    let rows =
        found.entries.iter().map(|(key, vehicle)| Row::new([key.clone(), vehicle.name.clone(), vehicle.what.clone()]));
    let columns = [zh_en(locale, "编号", "Number"), zh_en(locale, "车辆", "Vehicle"), zh_en(locale, "类型", "Kind")];
    let page = page.heading(zh_en(locale, "车辆", "Vehicles")).table(columns, rows, "–").form(
        "add-vehicle",
        zh_en(locale, "登记车辆", "Register"),
        [
            Field::new("name", zh_en(locale, "车队编号", "Number in the fleet"), Input::Text).hint(zh_en(
                locale,
                "不要填写车牌号。",
                "Not the plate.",
            )),
            Field::new("what", zh_en(locale, "类型", "Kind"), Input::Text),
        ],
    );
    Ok(part(page, found.next.as_ref(), "vehicles", locale))
}

fn routes(page: Page, visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let found: Found<Route> = store::part(store::ROUTES, visit.query_value("routes"), store::ROWS)?;
    let rows = found.entries.iter().map(|(key, route)| {
        let vehicle = route.vehicle.clone().unwrap_or_else(|| "–".to_owned());
        Row::new([key.clone(), route.name.clone(), vehicle, route.points.join(" → ")])
    });
    let columns = [
        zh_en(locale, "编号", "Number"),
        zh_en(locale, "线路", "Route"),
        zh_en(locale, "车辆", "Vehicle"),
        zh_en(locale, "点位", "Points"),
    ];
    let page = page.heading(zh_en(locale, "线路", "Routes")).table(columns, rows, "–").form(
        "add-route",
        zh_en(locale, "登记线路", "Register"),
        [
            Field::new("name", zh_en(locale, "名称", "Name"), Input::Text),
            Field::new("vehicle", zh_en(locale, "车辆编号", "Vehicle"), Input::Text).optional(),
            Field::new(
                "points",
                zh_en(locale, "点位编号，按顺序，空格分开", "Points in order, with blanks between"),
                Input::Lines,
            ),
        ],
    );
    Ok(part(page, found.next.as_ref(), "routes", locale))
}

fn plans(page: Page, visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let found: Found<Plan> = store::part(store::PLANS, visit.query_value("plans"), store::ROWS)?;
    let rows = found.entries.iter().map(|(key, plan)| {
        let name = format!("{} ({})", plan.target_name, plan.target);
        let whose = plan.account.clone().unwrap_or_else(|| "–".to_owned());
        Row::new([key.clone(), name, times(&plan.windows), days(&plan.weekdays), whose, active(plan.active, locale)])
    });
    let columns = [
        zh_en(locale, "编号", "Number"),
        zh_en(locale, "点位或线路", "Point or route"),
        zh_en(locale, "时段", "Windows"),
        zh_en(locale, "星期", "Days"),
        zh_en(locale, "负责人", "Whose"),
        zh_en(locale, "状态", "State"),
    ];
    let page = page.heading(zh_en(locale, "作业计划", "Plans")).table(columns, rows, "–").form(
        "add-plan",
        zh_en(locale, "登记计划", "Register"),
        [
            Field::new("target", zh_en(locale, "点位或线路编号", "Number of a point or route"), Input::Text),
            Field::new("windows", zh_en(locale, "时段", "Windows"), Input::Text).starts_with("04:00-07:00 09:00-16:00"),
            Field::new("weekdays", zh_en(locale, "星期（1 是星期一）", "Days (1 is Monday)"), Input::Text)
                .starts_with("1-7"),
            Field::new("account", zh_en(locale, "负责人账号", "Account of who does it"), Input::Text).optional(),
        ],
    );
    Ok(part(page, found.next.as_ref(), "plans", locale))
}

fn rosters(page: Page, visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let found: Found<Roster> = store::part(store::ROSTERS, visit.query_value("rosters"), store::ROWS)?;
    let rows = found.entries.iter().map(|(key, roster)| {
        Row::new([
            key.clone(),
            roster.account.clone(),
            roster.area.clone(),
            times(&roster.windows),
            days(&roster.weekdays),
            active(roster.active, locale),
        ])
    });
    let columns = [
        zh_en(locale, "编号", "Number"),
        zh_en(locale, "人员", "Who"),
        zh_en(locale, "区域", "Where"),
        zh_en(locale, "班次", "Shifts"),
        zh_en(locale, "星期", "Days"),
        zh_en(locale, "状态", "State"),
    ];
    let page = page.heading(zh_en(locale, "排班", "Rosters")).table(columns, rows, "–").form(
        "add-roster",
        zh_en(locale, "登记排班", "Register"),
        [
            Field::new("account", zh_en(locale, "人员账号", "Account"), Input::Text),
            Field::new("area", zh_en(locale, "线路或路段", "Route or section"), Input::Text),
            Field::new("windows", zh_en(locale, "班次时段", "Windows"), Input::Text).starts_with("06:00-14:00"),
            Field::new("weekdays", zh_en(locale, "星期（1 是星期一）", "Days (1 is Monday)"), Input::Text)
                .starts_with("1-6"),
        ],
    );
    Ok(part(page, found.next.as_ref(), "rosters", locale))
}

fn times(windows: &[Window]) -> String {
    windows.iter().map(|window| window.text()).collect::<Vec<_>>().join(" ")
}

fn days(weekdays: &[u32]) -> String {
    weekdays.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
}

fn active(is: bool, locale: Locale) -> String {
    if is { zh_en(locale, "启用", "active") } else { zh_en(locale, "停用", "stopped") }.to_owned()
}
