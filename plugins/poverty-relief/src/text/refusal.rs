//! Why something was not done, in words.

use xl_plugin::Locale;
use xl_plugin::zh_en;

use super::names;
use crate::clearance::Refusal as Clearance;
use crate::clue::Refusal as Clue;
use crate::grievance;
use crate::grievance::Refusal as Grievance;

/// Why a step of a clue was not made.
pub fn clue(refusal: &Clue, locale: Locale) -> String {
    match refusal {
        Clue::NoPerson => super::NO_PERSON.say(locale).to_owned(),
        Clue::OwnWork => super::OWN_WORK.say(locale).to_owned(),
        Clue::Role(roles) => super::NO_ROLE.fill(locale, &[("roles", &names::roles(roles, locale))]),
        Clue::Consent(purpose) => {
            let purpose = names::of(names::PURPOSES, *purpose, locale);
            super::NO_CONSENT.fill(locale, &[("purpose", purpose)])
        }
        Clue::State(state) => {
            let state = names::of(names::STATES, *state, locale);
            let said = zh_en(locale, "线索当前为", "The clue stands at");
            format!("{said} “{state}”{}", zh_en(locale, "，不能这样办理。", ": this cannot be done."))
        }
        Clue::SecondNotice => zh_en(
            locale,
            "一条线索只公示一次，不能再次公示。",
            "A clue is noticed once only: there is never a second notice.",
        )
        .to_owned(),
        Clue::NoticeRuns(until) => match locale {
            Locale::Zh => format!("公示须满规定天数，最早 {until} 可以撤下并进入审核。"),
            Locale::En => format!("The notice still stands: it may come down on {until} at the earliest."),
        },
        Clue::NoticeFailed => zh_en(
            locale,
            "公示未满规定天数或已撤回同意，公示无效，本线索不能继续，只能作出不纳入决定。",
            "The notice failed (too short, or consent withdrawn): this clue can only be rejected.",
        )
        .to_owned(),
        Clue::OpenObjection => {
            zh_en(locale, "还有异议或申诉没有答复。", "An objection or appeal waits for its answer.").to_owned()
        }
        Clue::TooLate(last) => match locale {
            Locale::Zh => format!("申诉期限（{last}）已过。"),
            Locale::En => format!("The last day to appeal was {last}."),
        },
        Clue::Full => zh_en(locale, "这条线索的记录已满。", "This clue holds no more steps.").to_owned(),
    }
}

/// Why a household was not cleared.
pub fn clearance(refusal: &Clearance, locale: Locale) -> String {
    match refusal {
        Clearance::NoPerson => super::NO_PERSON.say(locale).to_owned(),
        Clearance::OwnWork => super::OWN_WORK.say(locale).to_owned(),
        Clearance::OpenClue => super::CLUE_OPEN.say(locale).to_owned(),
        Clearance::Role(roles) => super::NO_ROLE.fill(locale, &[("roles", &names::roles(roles, locale))]),
        Clearance::Standing(standing) => {
            let standing = names::of(names::STANDINGS, *standing, locale);
            let said = zh_en(locale, "此户当前为", "The household stands at");
            format!("{said} “{standing}”{}", zh_en(locale, "，不能这样办理。", ": this cannot be done."))
        }
        Clearance::Criterion(criterion) => {
            let criterion = names::of(names::CRITERIA, *criterion, locale);
            let said = zh_en(locale, "未满足消除条件", "Not met");
            format!("{said}: {criterion}")
        }
    }
}

/// Why a grievance was not answered.
pub fn grievance(refusal: Grievance, locale: Locale) -> String {
    match refusal {
        Grievance::NoPerson => super::NO_PERSON.say(locale).to_owned(),
        Grievance::OwnWork => super::OWN_WORK.say(locale).to_owned(),
        Grievance::Role => super::NO_ROLE.fill(locale, &[("roles", &names::roles(&grievance::ANSWERERS, locale))]),
        Grievance::Answered => zh_en(locale, "已经答复过。", "It was answered before.").to_owned(),
    }
}
