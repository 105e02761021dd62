//! Drawing a page: read only, in a fresh sandbox.

use sha2::Digest;
use sha2::Sha256;

use super::Context;
use super::PageFault;
use super::Viewed;
use super::Visit;
use super::page;
use super::sandbox;
use super::sandbox::Ask;
use super::sandbox::Said;
use crate::Plugin;
use crate::bindings::exports::xueliang::hub::pages;
use crate::guest::Call;
use crate::guest::Guest;
use crate::guest::dice::Dice;

/// Draws the page that `visit` names.
pub(super) async fn run(plugin: &Plugin, context: &Context, visit: Visit) -> Viewed {
    if !page::is_open(plugin, &visit) {
        return Viewed { page: Err(PageFault::NotFound), log: Vec::new() };
    }
    let _turn = context.budget.page().await;
    let dice = Dice::new(&plugin.engine.config().secret, &context.module, "view", number(&visit));
    let guest = Guest::new(plugin, context, Call::View, visit.now_ms, dice).opened_by(&visit);
    let ended = sandbox::run(plugin, guest, Ask::View(asked(&visit))).await;
    let page = match ended.result {
        Ok((Said::Viewed(Ok(text)), _)) => page::read(&plugin.manifest, &text).map_err(PageFault::BadPage),
        Ok((Said::Viewed(Err(error)), _)) => Err(page::fault(error)),
        // A page was asked for: no other answer can come back.
        Ok((Said::Handled(_) | Said::Acted(_) | Said::Answered(_), _)) => Err(PageFault::NotFound),
        Err(stop) => Err(PageFault::Stopped(stop)),
    };
    Viewed { page, log: ended.log }
}

/// The visit as the guest is handed it.
pub(super) fn asked(visit: &Visit) -> pages::Visit<'_> {
    pages::Visit {
        page: &visit.page,
        query: &visit.query,
        locale: &visit.locale,
        public: visit.link.is_some(),
        now_ms: visit.now_ms,
    }
}

/// A number of the visit, so that the same visit at the same time draws the same page.
fn number(visit: &Visit) -> u64 {
    let mut whole = Sha256::new();
    for part in [visit.page.as_bytes(), visit.query.as_bytes(), visit.locale.as_bytes(), &visit.now_ms.to_be_bytes()] {
        whole.update((part.len() as u64).to_be_bytes());
        whole.update(part);
    }
    let whole: [u8; 32] = whole.finalize().into();
    u64::from_be_bytes(std::array::from_fn(|at| whole[at]))
}
