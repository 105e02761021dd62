//! The commitment certificate, to be looked at and printed: the words 承诺达标合格证 stand on it in every language.

use xl_plugin::Locale;
use xl_plugin::Page;
use xl_plugin::PagesError;
use xl_plugin::Visit;
use xl_plugin::page::PageLink;
use xl_plugin::page::Pair;
use xl_plugin::page::Target;
use xl_plugin::page::Tone;

use crate::batch::Batch;
use crate::certificate::Certificate;
use crate::store;
use crate::text;
use crate::text::trade;

/// What must be visible on a printed certificate, whatever the language.
const WORDS: &str = "承诺达标合格证";

pub(super) fn draw(visit: &Visit, locale: Locale) -> Result<Page, PagesError> {
    let number = visit.query_value("certificate").ok_or(PagesError::NotFound)?;
    let certificate: Certificate = store::get(store::CERTIFICATES, &number)?.ok_or(PagesError::NotFound)?;
    let batch = store::batch(&certificate.batch)?.ok_or(PagesError::NotFound)?;
    let mut page = Page::new(WORDS);
    if !is_in_force(&batch, &number) {
        page = page.banner(Tone::Bad, trade::NOT_IN_FORCE.say(locale));
    }
    page = page.heading(WORDS).text(trade::DECLARATION.say(locale)).detail(facts(&number, &certificate, locale));
    if let Some(code) = &batch.link {
        page = page.qr(code, text::QR_CAPTION.say(locale));
    }
    let back = Target::new("batch", [("batch", certificate.batch.as_str())]);
    Ok(page.actions([PageLink::new(text::BATCHES.say(locale), back)]))
}

/// Whether a batch still stands behind a certificate.
pub(super) fn is_in_force(batch: &Batch, number: &str) -> bool {
    batch.trade.recall.is_none() && batch.trade.certificate.as_deref() == Some(number)
}

fn facts(number: &str, certificate: &Certificate, locale: Locale) -> Vec<Pair> {
    vec![
        Pair::new(trade::CERTIFICATE_NUMBER.say(locale), number),
        Pair::new(text::PRODUCT.say(locale), &certificate.product),
        Pair::new(trade::AMOUNT_KG.say(locale), certificate.quantity_kg),
        Pair::new(text::ORIGIN.say(locale), &certificate.origin),
        Pair::new(trade::ISSUED_ON.say(locale), certificate.issued),
        Pair::new(trade::PARTY.say(locale), &certificate.party),
        Pair::new(trade::CONTACT.say(locale), &certificate.contact),
        Pair::new(trade::BASIS.say(locale), certificate.basis.phrase().say(locale)),
        Pair::new(text::BATCH_NUMBER.say(locale), &certificate.batch),
    ]
}
