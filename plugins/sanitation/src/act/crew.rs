//! Vehicles, routes, plans and rosters are set up; somebody clocks in.

use xl_plugin::Done;
use xl_plugin::day::Day;
use xl_plugin::records;
use xl_plugin::records::Found;
use xl_plugin::records::Query;

use super::Pressed;
use super::Refused;
use crate::clock::Window;
use crate::crew;
use crate::crew::ClockIn;
use crate::crew::Plan;
use crate::crew::Roster;
use crate::crew::Route;
use crate::crew::Shift;
use crate::crew::Vehicle;
use crate::form::Fields;
use crate::place;
use crate::place::Point;
use crate::settings::Settings;
use crate::store;
use crate::tally;

/// Points of one route at most: a plan makes that many tasks at once.
const POINTS: usize = 20;

/// How early somebody may clock in.
const EARLY_MS: i64 = 60 * 60_000;

pub(super) fn vehicle(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let fields = &mut pressed.fields;
    let vehicle = Vehicle { name: fields.text("name", 40), what: fields.text("what", 40) };
    fields.checked()?;
    records::put(store::VEHICLES, &store::next_key(store::VEHICLES, 'v')?, &vehicle)?;
    Ok(Done::to("crew", []))
}

pub(super) fn route(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let fields = &mut pressed.fields;
    let name = fields.text("name", 40);
    let vehicle = fields.optional("vehicle", 16);
    let points: Vec<String> = fields.text("points", 400).split_whitespace().map(str::to_owned).collect();
    if let Some(vehicle) = &vehicle
        && store::get::<Vehicle>(store::VEHICLES, vehicle)?.is_none()
    {
        fields.wrong("vehicle", "没有这台车辆。", "There is no such vehicle.");
    }
    if points.len() > POINTS {
        fields.wrong("points", "一条线路最多 20 个点位。", "A route has at most 20 points.");
    }
    for point in points.iter().take(POINTS) {
        if store::get::<Point>(store::POINTS, point)?.is_none() {
            fields.wrong("points", &format!("没有点位 {point}。"), &format!("There is no point {point}."));
        }
    }
    fields.checked()?;
    records::put(store::ROUTES, &store::next_key(store::ROUTES, 'r')?, &Route { name, vehicle, points })?;
    Ok(Done::to("crew", []))
}

fn windows(fields: &mut Fields) -> Vec<Window> {
    let text = fields.text("windows", 100);
    let windows = Window::list(&text);
    if windows.is_none() {
        fields.wrong(
            "windows",
            "请填写不重叠的时段，如 04:00-07:00 09:00-16:00，最多 6 个。",
            "Windows that do not overlap, such as 04:00-07:00 09:00-16:00, at most 6.",
        );
    }
    windows.unwrap_or_default()
}

fn weekdays(fields: &mut Fields) -> Vec<u32> {
    let text = fields.text("weekdays", 20);
    let days = crew::weekdays(&text);
    if days.is_none() {
        fields.wrong("weekdays", "请填写星期，如 1-7 或 1 3 5。", "Days of the week, such as 1-7 or 1 3 5.");
    }
    days.unwrap_or_default()
}

pub(super) fn plan(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let fields = &mut pressed.fields;
    let target = fields.text("target", 16);
    let (windows, weekdays) = (windows(fields), weekdays(fields));
    let account = fields.optional("account", 64);
    let point = store::get::<Point>(store::POINTS, &target)?.map(|point| point.name);
    let name = match point {
        Some(name) => Some(name),
        None => store::get::<Route>(store::ROUTES, &target)?.map(|route| route.name),
    };
    if name.is_none() {
        fields.wrong("target", "没有这个点位或线路。", "There is no such point or route.");
    }
    fields.checked()?;
    let plan = Plan { target, target_name: name.unwrap_or_default(), windows, weekdays, account, active: true };
    records::put(store::PLANS, &store::next_key(store::PLANS, 't')?, &plan)?;
    Ok(Done::to("crew", []))
}

pub(super) fn roster(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let fields = &mut pressed.fields;
    let roster = Roster {
        account: fields.text("account", 64),
        area: fields.text("area", 60),
        windows: windows(fields),
        weekdays: weekdays(fields),
        active: true,
    };
    fields.checked()?;
    records::put(store::ROSTERS, &store::next_key(store::ROSTERS, 'h')?, &roster)?;
    Ok(Done::to("crew", []))
}

/// A plan or roster makes nothing any more; what it made stays.
pub(super) fn stop(mut pressed: Pressed) -> Result<Done, Refused> {
    pressed.planner()?;
    let key = pressed.fields.text("key", 16);
    if let Some(mut plan) = store::get::<Plan>(store::PLANS, &key)? {
        plan.active = false;
        records::put(store::PLANS, &key, &plan)?;
    } else if let Some(mut roster) = store::get::<Roster>(store::ROSTERS, &key)? {
        roster.active = false;
        records::put(store::ROSTERS, &key, &roster)?;
    } else {
        pressed.fields.wrong("key", "没有这个计划或排班。", "There is no such plan or roster.");
    }
    pressed.fields.checked()?;
    Ok(Done::to("crew", []))
}

/// Clocks in at a point; no face, and nobody else.
pub(super) fn clock_in(mut pressed: Pressed) -> Result<Done, Refused> {
    let settings = Settings::read()?;
    let now_ms = pressed.now_ms;
    let mine = format!("{}/{}", pressed.person.account, Day::at(now_ms));
    let shifts: Found<Shift> = records::find(&Query::by(store::SHIFTS, "mine").equals(mine).limit(20))?;
    let open =
        |shift: &Shift| shift.clock_in.is_none() && now_ms >= shift.from_ms - EARLY_MS && now_ms <= shift.until_ms;
    let Some((key, mut shift)) = shifts.entries.into_iter().find(|(_, shift)| open(shift)) else {
        return Err(pressed.refuse("现在没有可以打卡的班次。", "You have no shift to clock in for now."));
    };
    let fields = &mut pressed.fields;
    let point_key = fields.text("point", 16);
    let position = fields.position("position");
    let point: Option<Point> = store::get(store::POINTS, &point_key)?;
    let metres = match &point {
        None => {
            fields.wrong("point", "没有这个点位。", "There is no such point.");
            None
        }
        Some(point) => point.latitude.zip(point.longitude).zip(position).map(|(at, is)| place::metres(at, is).round()),
    };
    if metres.is_some_and(|metres| metres > f64::from(settings.clock_in_metres)) {
        let far = metres.unwrap_or_default();
        fields.wrong(
            "position",
            &format!("手机位置距点位约 {far} 米，超过 {} 米。", settings.clock_in_metres),
            &format!("The phone is about {far} m from the point; {} m are allowed.", settings.clock_in_metres),
        );
    }
    fields.checked()?;
    shift.clock_in = Some(ClockIn { at_ms: now_ms, point: point_key, metres: metres.map(|metres| metres as u32) });
    records::put(store::SHIFTS, &key, &shift)?;
    tally::change(Day::at(shift.from_ms), |tally| tally.present += 1)?;
    Ok(Done::to("mine", []))
}
