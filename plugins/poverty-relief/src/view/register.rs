//! The form for a new household, and for corrections of one.

use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::settings;

use super::Eyes;
use super::shared;
use crate::household::Household;
use crate::store;
use crate::text;
use crate::text::names;

pub(super) fn draw(eyes: &Eyes<'_>) -> Result<Page, PagesError> {
    let key = eyes.visit.query_value("household");
    let known = key.as_deref().map(store::household).transpose()?;
    let known = match known {
        Some(found) => Some(found.ok_or(PagesError::NotFound)?),
        None => None,
    };
    let why = eyes.say(
        "只登记办理所必需的信息。不登记身份证号：本系统用户编号即可区分，部门按户编号比对，未保存的号码不会泄露。也不登记健康状况。",
        "Only what the procedure needs. No id numbers: the household's number tells households apart, departments compare by it, and a number that is not here cannot leak. Nothing about health either.",
    );
    let title = match &key {
        Some(key) => format!("{} {key}", eyes.say("更正", "Correct")),
        None => eyes.say("登记农户", "Register a household").to_owned(),
    };
    let action = if key.is_some() { "update" } else { "register" };
    Ok(Page::new(title).text(why).form(action, text::SAVE.say(eyes.locale), fields(eyes, known.as_ref())))
}

fn fields(eyes: &Eyes<'_>, known: Option<&Household>) -> Vec<Field> {
    let sealed = eyes.say("加封保存，只有相应角色说明理由后可见", "Kept sealed: shown to certain roles that say why");
    let keep = eyes.say("；不填则不变", "; empty leaves it as it is");
    let sealed = if known.is_some() { format!("{sealed}{keep}") } else { sealed.to_owned() };
    let mut fields = Vec::new();
    if known.is_none() {
        fields.push(
            Field::new("place", eyes.say("村（12 位区划代码）", "Village (12-digit code)"), Input::Text)
                .starts_with(settings::township()),
        );
    }
    let head = Field::new("head", eyes.say("户主姓名", "Name of the head"), Input::Text).hint(sealed.clone());
    fields.push(if known.is_some() { head.optional() } else { head });
    let kind = shared::choice(eyes, "kind", eyes.say("类型", "Type"), names::KINDS);
    fields.push(match known.and_then(|one| names::KINDS.iter().find(|(_, kind, _)| *kind == one.kind)) {
        Some((value, _, _)) => kind.starts_with(*value),
        None => kind,
    });
    for (name, member, phrase) in names::MEMBERS {
        let count = known.map_or(0, |one| one.members.get(member).copied().unwrap_or(0));
        let label = format!("{} · {}", eyes.say("人数", "People"), phrase.say(eyes.locale));
        fields.push(Field::new(*name, label, Input::Number).starts_with(count.to_string()));
    }
    let key = shared::tick("key", eyes.say("重点户", "Key household"));
    fields.push(if known.is_some_and(|one| one.key) { key.starts_with("yes") } else { key });
    for (name, label) in
        [("contact", eyes.say("联系电话", "Telephone")), ("bank", eyes.say("发放账号", "Account for payments"))]
    {
        fields.push(Field::new(name, label, Input::Text).optional().hint(sealed.clone()));
    }
    fields
}
