//! The village notice: what strangers see by its link until its end, and what is printed.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Pair;

use super::Eyes;
use crate::mask;
use crate::store;
use crate::text::names;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.needs("notice")?;
    let notice = store::notice(&key)?.ok_or(PagesError::NotFound)?;
    let open = notice.is_open_on(eyes.today);
    if eyes.visit.public && !open {
        return Err(PagesError::NotFound);
    }
    // When its time is over the name goes back behind its seal, for the office too.
    let head = if open { notice.shown.head.clone() } else { mask::name(&notice.shown.head) };
    let days = format!("{} – {}", notice.posted, notice.until);
    Ok(Page::new(eyes.say("防止返贫致贫监测对象公示", "Notice: household to be monitored"))
        .text(eyes.say(
            "经入户核查、信息比对和民主评议，拟将以下农户纳入防止返贫致贫监测，现予公示。",
            "After a visit, a comparison and a review, this household is to be monitored against falling back into poverty.",
        ))
        .detail([
            Pair::new(eyes.say("村", "Village"), &notice.shown.place),
            Pair::new(eyes.say("户主", "Head"), head),
            Pair::new(eyes.say("家庭人数", "People"), notice.shown.size),
            Pair::new(eyes.say("类型", "Type"), names::of(names::KINDS, notice.shown.kind, eyes.locale)),
            Pair::new(eyes.say("公示期", "Days"), days),
            Pair::new(eyes.say("公示单位", "Posted by"), &notice.posted_by),
            Pair::new(eyes.say("异议受理", "Objections to"), &notice.objections_to),
        ])
        .text(eyes.say("只在本村公示，请勿转发。", "For this village only; please do not pass it on.")))
}
