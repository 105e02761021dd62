//! Income and large expenses. The written rules look at them and warn; a person decides.

use xl_plugin::Done;

use super::Pressed;
use super::Refused;
use super::WORKERS;
use super::to_household;
use super::warning;
use crate::file::Income;
use crate::file::IncomeKind;
use crate::rule;
use crate::settings::Settings;
use crate::store;
use crate::text;
use crate::text::names;

/// Most yuan of one entry.
const MOST_YUAN: i64 = 100_000_000;

pub(super) fn income(pressed: &mut Pressed, key: &str) -> Result<Done, Refused> {
    pressed.takes(&WORKERS)?;
    let one = pressed.household(key)?;
    let kind = pressed.fields.choice("kind", &names::choices(names::INCOMES)).unwrap_or(IncomeKind::Wages);
    let yuan = pressed.fields.whole("yuan", 1, MOST_YUAN);
    let this_year = pressed.today.year().parse::<i64>().unwrap_or(2100);
    let year = pressed.fields.whole("year", 2000, this_year);
    let complete = pressed.fields.ticked("complete");
    pressed.fields.checked()?;

    let year = u32::try_from(year).map_err(|_| pressed.refuse_as(&text::NOT_SAVED))?;
    let entry = pressed.timed(store::INCOMES, &format!("{key}/{year:04}"))?;
    let by = pressed.person.account.clone();
    store::put(store::INCOMES, &entry, &Income { kind, yuan, year, by, noted_ms: pressed.now_ms })?;
    let settings = Settings::read()?;
    let fired = match kind {
        IncomeKind::Expense => {
            rule::sudden_expense(yuan, settings.sudden_expense_yuan).map(|facts| ("sudden-expense", facts))
        }
        // Half a year's income is always below the line: the rule looks when somebody says that the year is whole.
        _ if complete => {
            let total = store::income_of(key, year)?;
            rule::income_below_line(total, one.size(), settings.income_line_yuan)
                .map(|facts| ("income-below-line", facts))
        }
        _ => None,
    };
    if let Some((id, facts)) = fired
        && !store::is_warned(key, id)?
    {
        warning::raise(key, id, &entry, facts, pressed.today)?;
    }
    pressed.save(key, Some(&one), &one)?;
    Ok(to_household(key))
}
