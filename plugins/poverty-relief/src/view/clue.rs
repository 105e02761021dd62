//! One clue: how far it is, what was done by whom, and the form of its next step for who may make it.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::Origin;
use xl_plugin::page::Pair;
use xl_plugin::page::Step as Mark;
use xl_plugin::page::StepState;
use xl_plugin::page::TimelineEntry;
use xl_plugin::page::Tone;

use super::Eyes;
use super::shared;
use crate::clue::Around;
use crate::clue::Clue;
use crate::clue::Made;
use crate::notice::Notice;
use crate::procedure::Procedure;
use crate::procedure::State;
use crate::store;
use crate::text;
use crate::text::names;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.needs("clue")?;
    let clue = store::clue(&key)?.ok_or(PagesError::NotFound)?;
    let procedure = Procedure::version(clue.procedure).ok_or(PagesError::NotFound)?;
    let notice = store::notice_of(&clue)?;
    let mut page = Page::new(format!("{} {key}", eyes.say("线索", "Clue"))).steps(marks(eyes, &clue, &procedure));
    page = clock(eyes, page, &clue).detail(facts(eyes, &clue));
    page = page.actions([shared::link(&clue.household, "household", &[("household", &clue.household)])]);
    if let Some(notice) = &notice {
        page = self::notice(eyes, page, &clue, notice);
    }
    page = next(eyes, page, &key, &clue, &procedure, notice.as_ref())?;
    if clue.state.may_be_rejected() && may_reject(eyes, &clue, &procedure) {
        page = page.heading(eyes.say("不纳入", "Reject")).form(
            "reject",
            eyes.say("决定不纳入（由我负责）", "Reject it (I answer for it)"),
            [shared::note(
                eyes,
                "reason",
                eyes.say("理由（告知农户，可申诉）", "Reason (told to the household, who may appeal)"),
            )],
        );
    }
    let entries = clue.steps.iter().map(|made| entry(eyes, made, &procedure));
    Ok(page.heading(eyes.say("办理记录", "What was done")).timeline(entries))
}

fn marks(eyes: &Eyes<'_>, clue: &Clue, procedure: &Procedure) -> Vec<Mark> {
    let reached = clue.rejected.as_ref().filter(|_| clue.state == State::Rejected).map_or(clue.state, |one| one.from);
    let next = procedure.next(clue.state).map(|step| step.to);
    let marks = procedure.steps.iter().map(|step| {
        let state = match step.to {
            to if to <= reached => StepState::Done,
            to if Some(to) == next => StepState::Current,
            _ => StepState::Open,
        };
        Mark { label: step.title(eyes.locale).to_owned(), state }
    });
    marks.collect()
}

fn clock(eyes: &Eyes<'_>, page: Page, clue: &Clue) -> Page {
    if let Some(rejection) = clue.rejected.as_ref().filter(|_| clue.state == State::Rejected) {
        let said = format!("{} {} · {}", eyes.say("未纳入：", "Rejected on"), rejection.on, rejection.by);
        return page.banner(Tone::Warn, said);
    }
    let tone = match clue.was_on_time() {
        Some(true) => Tone::Good,
        Some(false) => Tone::Bad,
        None if eyes.today > clue.due => Tone::Bad,
        None => Tone::Info,
    };
    page.banner(tone, format!("{} {}", eyes.say("认定期限", "To be decided by"), shared::due(eyes, clue)))
}

fn facts(eyes: &Eyes<'_>, clue: &Clue) -> Vec<Pair> {
    vec![
        Pair::new(eyes.say("农户", "Household"), &clue.household),
        Pair::new(eyes.say("村", "Village"), &clue.place),
        Pair::new(eyes.say("来源", "Source"), names::of(names::SOURCES, clue.source, eyes.locale)),
        Pair::new(eyes.say("预警", "Warning"), clue.warning.as_deref().unwrap_or("–")),
        Pair::new(eyes.say("风险", "Risk"), names::of(names::RISKS, clue.risk, eyes.locale)),
        Pair::new(eyes.say("提出", "Opened"), clue.opened),
        Pair::new(eyes.say("程序版本", "Version of the procedure"), clue.procedure),
    ]
}

fn notice(eyes: &Eyes<'_>, page: Page, clue: &Clue, notice: &Notice) -> Page {
    let key = clue.notice.as_deref().unwrap_or_default();
    let mut page = page.heading(eyes.say("村级公示", "Village notice")).detail([
        Pair::new(eyes.say("公示", "Notice"), key),
        Pair::new(eyes.say("张贴", "Went up"), notice.posted),
        Pair::new(eyes.say("可撤下", "May come down"), notice.until),
        Pair::new(eyes.say("撤下", "Came down"), shared::day_or_dash(notice.down)),
        Pair::new(
            eyes.say("原因", "Why"),
            notice.down_why.map_or("–", |why| names::of(names::DOWN_WHYS, why, eyes.locale)),
        ),
    ]);
    page =
        page.actions([shared::link(eyes.say("打开公示（可打印）", "Open it, to print"), "notice", &[("notice", key)])]);
    if let Some(code) = &notice.link {
        page = page.qr(code, eyes.say("只在本村张贴；到期自动关闭", "For this village only; it closes by itself"));
    }
    if notice.down.is_none() && eyes.holds(&["handler"]) {
        let reason =
            Field::new("reason", eyes.say("提前撤下的原因", "Why it comes down early"), Input::Text).optional();
        page = page.form("take-down", eyes.say("撤下公示", "Take it down"), [reason]);
    }
    page
}

fn next(
    eyes: &Eyes<'_>,
    page: Page,
    key: &str,
    clue: &Clue,
    procedure: &Procedure,
    notice: Option<&Notice>,
) -> Result<Page, PagesError> {
    let Some(step) = procedure.next(clue.state) else { return Ok(page) };
    let consents = store::consents(&clue.household)?;
    let around = Around {
        person: eyes.person.as_ref(),
        consents: &consents,
        notice,
        objected: store::is_objected(key)?,
        now_ms: eyes.now_ms,
    };
    let title = step.title(eyes.locale);
    let page = page.heading(format!("{}: {title}", eyes.say("下一步", "Next")));
    if let Err(refusal) = clue.may_go_on(procedure, around) {
        return Ok(page.banner(Tone::Info, text::clue_refusal(&refusal, eyes.locale)));
    }
    if step.to == State::Noticed {
        let link = shared::link(eyes.say("生成公示", "Draft the notice"), "draft", &[("clue", key)]);
        return Ok(page.actions([link]));
    }
    Ok(page.form("go-on", title, fields(eyes, step.to)))
}

fn fields(eyes: &Eyes<'_>, to: State) -> Vec<Field> {
    let note = || shared::note(eyes, "note", eyes.say("记录", "Note"));
    match to {
        State::Authorised => {
            let mut fields = vec![
                shared::choice(eyes, "how", eyes.say("同意方式", "How"), names::HOWS),
                shared::choice(eyes, "by", eyes.say("给出人", "By"), names::BYS),
            ];
            fields.extend(names::PURPOSES.iter().map(|(name, _, phrase)| {
                let label = format!("{}: {}", eyes.say("同意", "Consents to"), phrase.say(eyes.locale));
                shared::tick(name, &label)
            }));
            fields.push(note().optional());
            fields
        }
        State::Reviewed => vec![
            Field::new("present", eyes.say("到会人数", "Present"), Input::Number),
            Field::new("in_favour", eyes.say("同意人数", "In favour"), Input::Number),
            note().optional(),
        ],
        State::TownOk | State::CountyOk | State::Monitored => vec![note().optional()],
        _ => vec![note()],
    }
}

fn may_reject(eyes: &Eyes<'_>, clue: &Clue, procedure: &Procedure) -> bool {
    eyes.holds(&["township-admin"]) || procedure.next(clue.state).is_some_and(|step| eyes.holds(&step.roles))
}

/// What somebody wrote may name persons, so it stands in the unmasked file.
fn entry(eyes: &Eyes<'_>, made: &Made, procedure: &Procedure) -> TimelineEntry {
    let title = match made.step.as_str() {
        "reject" => eyes.say("不纳入", "Rejected"),
        "reinstate" => eyes.say("申诉成立，恢复办理", "Appeal granted: it goes on"),
        name => procedure.step(name).map_or(name, |step| step.title(eyes.locale)),
    };
    TimelineEntry {
        time_ms: made.at_ms,
        title: format!("{title} · {}", made.by),
        text: made.note.as_ref().map(|_| text::NOTE_HIDDEN.say(eyes.locale).to_owned()),
        origin: Origin::Recorded,
        pictures: Vec::new(),
    }
}
