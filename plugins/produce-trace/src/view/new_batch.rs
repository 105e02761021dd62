//! The form for a new batch.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::Choice;
use xl_plugin::page::Field;
use xl_plugin::page::Input;
use xl_plugin::page::PageLink;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;
use xl_plugin::records;
use xl_plugin::records::Query;

use crate::site::Site;
use crate::store;
use crate::text;

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let page = Page::new(text::NEW_BATCH.say(locale));
    let chosen = visit.query_value("site");
    let sites = match &chosen {
        Some(key) => store::site(key)?.map(|site| (key.clone(), site)).into_iter().collect(),
        // A list of more than 200 is no help: from a greenhouse's own page the form opens with it chosen.
        None => records::find::<Site>(&Query::keys(store::SITES))?.entries,
    };
    if sites.is_empty() {
        let register = PageLink::new(text::REGISTER.say(locale), Target::new("site", []));
        return Ok(page.banner(Tone::Info, text::NO_SITES.say(locale)).actions([register]));
    }
    let options = sites.iter().map(|(key, site)| Choice::new(key, format!("{} ({key})", site.name))).collect();
    let mut site = Field::new("site", text::SITE.say(locale), Input::Choice { options });
    if let Some(key) = chosen {
        site = site.starts_with(key);
    }
    let units = vec![Choice::new("plants", text::PLANTS.say(locale)), Choice::new("mu", text::MU.say(locale))];
    Ok(page.form(
        "create-batch",
        text::CREATE_SUBMIT.say(locale),
        [
            site,
            Field::new("product", text::PRODUCT.say(locale), Input::Text),
            Field::new("variety", text::VARIETY.say(locale), Input::Text).optional(),
            Field::new("quantity", text::QUANTITY.say(locale), Input::Number),
            Field::new("unit", text::UNIT.say(locale), Input::Choice { options: units }).starts_with("plants"),
            Field::new("planted", text::PLANTED_ON.say(locale), Input::Date)
                .optional()
                .hint(text::PLANTED_HINT.say(locale)),
            Field::new("gtin", text::trade::GTIN.say(locale), Input::Text)
                .optional()
                .hint(text::trade::GTIN_HINT.say(locale)),
        ],
    ))
}
