//! The forms of a household's page: each is shown to who may use it, where it can be used.

use xl_plugin::Page;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::Input;

use super::super::Eyes;
use super::super::shared;
use crate::clearance;
use crate::clue::Clue;
use crate::clue::Source;
use crate::file::Measure;
use crate::household::Household;
use crate::household::Standing;
use crate::mask::Sealed;
use crate::text;
use crate::text::names;

/// Roles that work on files.
const WORKERS: [&str; 3] = ["grid-member", "handler", "township-admin"];

/// The way to the unmasked file: a reason first.
pub(super) fn show(eyes: &Eyes<'_>, page: Page) -> Page {
    if !eyes.sees(Sealed::Head) {
        return page;
    }
    page.heading(eyes.say("查看未遮蔽档案", "Open the unmasked file"))
        .text(eyes.say(
            "请说明目的和理由。查看会留下记录，十分钟内只对您本人显示；查看后没有任何操作的会被统计。",
            "Say what for. The look is written down and shows the file to you alone for ten minutes; looks that no action follows are counted.",
        ))
        .form(
            "show",
            eyes.say("记录并查看", "Write it down and show"),
            [
                shared::choice(eyes, "why", eyes.say("目的", "What for"), names::WHYS),
                Field::new("reason", eyes.say("理由", "Reason"), Input::Text),
            ],
        )
}

/// All other forms.
pub(super) fn all(
    eyes: &Eyes<'_>,
    mut page: Page,
    one: &Household,
    clues: &[(String, Clue)],
    measures: &[(String, Measure)],
) -> Page {
    if eyes.holds(&WORKERS) {
        page = consent(eyes, page);
        if one.open_clue.is_none() {
            page = clue(eyes, page);
        }
        page = income(eyes, page);
        if matches!(one.standing, Standing::Monitored | Standing::Measures) {
            page = measure(eyes, page);
        }
        page = grievance(eyes, page, clues);
    }
    page = judge(eyes, page, measures);
    if one.standing.is_watched() && eyes.holds(&["township-admin"]) {
        page = page.heading(eyes.say("指定帮扶责任人", "Name the helper")).form(
            "helper",
            text::SAVE.say(eyes.locale),
            [Field::new("helper", eyes.say("账号", "Account"), Input::Text)],
        );
    }
    clearing(eyes, page, one)
}

fn consent(eyes: &Eyes<'_>, page: Page) -> Page {
    let purpose = || shared::choice(eyes, "purpose", eyes.say("目的", "Purpose"), names::PURPOSES);
    page.heading(eyes.say("记录同意或撤回", "Write consent or its withdrawal down"))
        .form(
            "consent",
            eyes.say("记录同意", "Consent was given"),
            [
                purpose(),
                shared::choice(eyes, "how", eyes.say("方式", "How"), names::HOWS),
                shared::choice(eyes, "by", eyes.say("给出人", "By"), names::BYS),
            ],
        )
        .form("withdraw", eyes.say("记录撤回", "Consent was withdrawn"), [purpose()])
}

fn clue(eyes: &Eyes<'_>, page: Page) -> Page {
    let sources = names::SOURCES.iter().filter(|(_, one, _)| !matches!(one, Source::Department | Source::Analysis));
    let options = sources.map(|(value, _, phrase)| Choice::new(*value, phrase.say(eyes.locale))).collect();
    page.heading(eyes.say("立线索", "Open a clue")).form(
        "open-clue",
        eyes.say("立线索（由我负责）", "Open it (I answer for it)"),
        [
            Field::new("source", eyes.say("来源", "Source"), Input::Choice { options }),
            shared::choice(eyes, "risk", eyes.say("风险", "Risk"), names::RISKS),
            shared::note(eyes, "note", eyes.say("说明", "Note")).optional(),
        ],
    )
}

fn income(eyes: &Eyes<'_>, page: Page) -> Page {
    page.heading(eyes.say("登记收入或大额支出", "Enter income or a large expense")).form(
        "income",
        text::SAVE.say(eyes.locale),
        [
            shared::choice(eyes, "kind", eyes.say("类别", "Kind"), names::INCOMES),
            Field::new("yuan", eyes.say("金额（元，整数）", "Whole yuan"), Input::Number),
            Field::new("year", eyes.say("计入年份", "Year"), Input::Number).starts_with(eyes.today.year()),
            shared::tick(
                "complete",
                eyes.say(
                    "该年收入已登记完整（将按规则比对监测线）",
                    "The year's income is complete now (the rule looks at it)",
                ),
            ),
        ],
    )
}

fn measure(eyes: &Eyes<'_>, page: Page) -> Page {
    page.heading(eyes.say("登记措施", "Enter a measure")).form(
        "measure",
        text::SAVE.say(eyes.locale),
        [
            shared::choice(eyes, "kind", eyes.say("措施", "Measure"), names::MEASURES),
            shared::note(eyes, "note", eyes.say("内容", "What is done")),
            shared::day(eyes, "from", eyes.say("开始日期", "From")),
        ],
    )
}

fn judge(eyes: &Eyes<'_>, page: Page, measures: &[(String, Measure)]) -> Page {
    let account = eyes.person.as_ref().map(|person| person.account.as_str());
    let others = measures.iter().filter(|(_, measure)| Some(measure.by.as_str()) != account);
    let options: Vec<Choice> = others
        .filter_map(|(key, measure)| {
            let (_, number) = key.split_once('/')?;
            let kind = names::of(names::MEASURES, measure.kind, eyes.locale);
            Some(Choice::new(number, format!("{} {kind}", measure.from)))
        })
        .collect();
    if options.is_empty() || !eyes.holds(&["handler", "township-admin"]) {
        return page;
    }
    page.heading(eyes.say("评价措施", "Judge a measure")).form(
        "judge",
        text::SAVE.say(eyes.locale),
        [
            Field::new("measure", eyes.say("措施", "Measure"), Input::Choice { options }),
            shared::yes_or_no(eyes, "effective", eyes.say("有效", "Effective")),
        ],
    )
}

fn grievance(eyes: &Eyes<'_>, page: Page, clues: &[(String, Clue)]) -> Page {
    let mut options = vec![Choice::new("", "–")];
    options.extend(
        clues.iter().map(|(key, clue)| {
            Choice::new(key, format!("{key} · {}", names::of(names::STATES, clue.state, eyes.locale)))
        }),
    );
    page.heading(eyes.say("登记诉求", "Take a grievance down")).form(
        "grievance",
        text::SAVE.say(eyes.locale),
        [
            shared::choice(eyes, "want", eyes.say("诉求", "What is wanted"), names::WANTS),
            Field::new(
                "clue",
                eyes.say("所涉线索（异议、申诉）", "Clue (of objections, appeals)"),
                Input::Choice { options },
            )
            .optional(),
            shared::note(eyes, "text", eyes.say("内容", "In words")),
        ],
    )
}

fn clearing(eyes: &Eyes<'_>, page: Page, one: &Household) -> Page {
    let may_propose = matches!(one.standing, Standing::Monitored | Standing::Measures);
    if may_propose && one.open_clue.is_none() && eyes.holds(&clearance::PROPOSERS) {
        let fields = names::CRITERIA.iter().map(|(name, _, phrase)| shared::tick(name, phrase.say(eyes.locale)));
        return page.heading(eyes.say("提出消除风险", "Propose to clear the risk")).form(
            "propose-clearing",
            eyes.say("提出", "Propose"),
            fields.collect::<Vec<_>>(),
        );
    }
    if one.standing == Standing::Clearing && eyes.holds(&clearance::DECIDERS) {
        return page.heading(eyes.say("决定是否消除风险", "Decide about clearing")).form(
            "decide-clearing",
            eyes.say("决定", "Decide"),
            [shared::yes_or_no(eyes, "cleared", eyes.say("消除风险", "Clear the risk"))],
        );
    }
    page
}
