//! The notice before it goes up: what it shows, what was left out, what the scan says.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Row;
use xl_plugin::page::Tone;

use super::Eyes;
use super::shared;
use crate::mask;
use crate::mask::Sealed;
use crate::notice;
use crate::notice::LEFT_OUT;
use crate::notice::Shown;
use crate::procedure::Procedure;
use crate::procedure::State;
use crate::settings::Settings;
use crate::store;
use crate::text;
use crate::text::names;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.needs("clue")?;
    let clue = store::clue(&key)?.ok_or(PagesError::NotFound)?;
    let procedure = Procedure::version(clue.procedure).ok_or(PagesError::NotFound)?;
    let step = procedure.next(clue.state).filter(|step| step.to == State::Noticed).ok_or(PagesError::NotFound)?;
    if !eyes.holds(&step.roles) || !eyes.sees(Sealed::Head) {
        return Err(PagesError::NotFound);
    }
    let one = store::household(&clue.household)?.ok_or(PagesError::NotFound)?;
    let settings = Settings::read()?;
    let mut shown = Shown::of(&one, &store::sealed(&clue.household)?);
    let words = [("posted_by", settings.posted_by.as_str()), ("objections_to", settings.objections_to.as_str())];
    let proof = notice::prove(&shown, &words, eyes.now_ms);
    // The preview needs no name: the full one is in the file, behind a reason.
    shown.head = mask::name(&shown.head);
    let rows = [
        ("place", shown.place.clone()),
        ("head", shown.head.clone()),
        ("size", shown.size.to_string()),
        ("kind", names::of(names::KINDS, shown.kind, eyes.locale).to_owned()),
        ("posted_by", settings.posted_by.clone()),
        ("objections_to", settings.objections_to.clone()),
    ];
    let rows = rows.map(|(name, value)| Row::new([names::part(name, eyes.locale).to_owned(), value]));
    let left_out = LEFT_OUT.map(|name| names::part(name, eyes.locale)).join(eyes.say("、", ", "));
    let mut page = Page::new(format!("{} · {key}", eyes.say("生成公示", "Draft a notice")))
        .text(eyes.say(
            "公示只取以下各项，其他信息不在其中。一条线索只公示一次，须满五天，只在本村。户主姓名在公示上显示全名。",
            "The notice takes these fields and nothing else. One notice a clue, for its days, in the village only. It shows the head's name in full.",
        ))
        .table([eyes.say("栏目", "Field"), eyes.say("内容", "Value")], rows, "")
        .heading(eyes.say("脱敏证明", "Proof of redaction"))
        .text(format!("{}: {left_out}", eyes.say("未列入", "Left out")));
    match proof {
        Err(found) => {
            for (field, leak) in found {
                let words = [("field", names::part(&field, eyes.locale)), ("what", text::leak(leak).say(eyes.locale))];
                page = page.banner(Tone::Bad, text::NOT_REDACTED.fill(eyes.locale, &words));
            }
            Ok(page)
        }
        Ok(proof) => {
            let said = eyes.say(
                "扫描通过：没有身份证号、电话、账号和健康状况。扫描版本",
                "The scan found no id, telephone or account number and nothing about health. Scan version",
            );
            Ok(page.banner(Tone::Good, format!("{said} {}", proof.scan)).form(
                "publish",
                eyes.say("发布公示", "Publish"),
                [shared::tick("checked", eyes.say("我已核对以上内容", "I have checked what stands above"))],
            ))
        }
    }
}
