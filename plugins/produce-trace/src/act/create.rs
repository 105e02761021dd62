//! Creates a batch, planned or planted already.

use xl_plugin::Done;
use xl_plugin::records;

use super::Pressed;
use super::Refused;
use super::life;
use crate::batch::Batch;
use crate::batch::State;
use crate::batch::Trade;
use crate::batch::Unit;
use crate::store;
use crate::text;

pub(super) fn batch(mut pressed: Pressed) -> Result<Done, Refused> {
    let fields = &mut pressed.fields;
    let site_key = fields.text("site", 16);
    let product = fields.text("product", 40);
    let variety = fields.optional_text("variety", 40);
    let quantity = fields.amount("quantity");
    let unit = fields.choice("unit", &[("plants", Unit::Plants), ("mu", Unit::Mu)]).unwrap_or(Unit::Plants);
    let planted = fields.optional_day("planted");
    let gtin = fields.optional_gtin("gtin");
    let site = store::site(&site_key)?;
    match &site {
        None => fields.wrong("site", &text::NO_SITE),
        Some(site) if planted.is_some() && site.growing.is_some() => fields.wrong("site", &text::SITE_TAKEN),
        Some(_) => {}
    }
    pressed.fields.checked()?;
    let site = site.ok_or(Refused::NotFound)?;

    let key = store::next_key(store::BATCHES, 'b')?;
    let batch = Batch {
        site: site_key,
        site_name: site.name.clone(),
        product,
        variety,
        quantity,
        unit,
        state: State::Planned,
        planted: None,
        harvested: None,
        quantity_kg: None,
        link: None,
        trade: Trade { name: gtin.as_ref().map(|gtin| format!("{gtin}/{key}")), gtin, ..Trade::default() },
    };
    records::put(store::BATCHES, &key, &batch)?;
    store::count(|totals| totals.planned += 1)?;
    life::announce("trace.batch.planned", &key, &batch)?;
    if let Some(day) = planted {
        life::start_growing(&key, batch, site, day, pressed.now_ms)?;
    }
    Ok(Done::to("batch", [("batch", key.as_str())]))
}
