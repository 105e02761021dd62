//! Acting on a pressed button, in a fresh sandbox.

use xl_model::effect::Effects;

use super::Acted;
use super::Context;
use super::Done;
use super::PageFault;
use super::Press;
use super::page;
use super::sandbox;
use super::sandbox::Ask;
use super::sandbox::Said;
use super::view;
use crate::Plugin;
use crate::bindings::exports::xueliang::hub::pages;
use crate::guest::Call;
use crate::guest::Guest;
use crate::guest::dice::Dice;

/// Acts on `press`.
pub(super) async fn run(plugin: &Plugin, context: &Context, press: Press) -> Acted {
    if !page::is_open(plugin, &press.visit) {
        return Acted { done: Err(PageFault::NotFound), effects: Effects::default(), cpu_us: 0, pictures: 0 };
    }
    let dice = Dice::new(&plugin.engine.config().secret, &context.module, "act", press.seed);
    let mut guest = Guest::new(plugin, context, Call::Act, press.visit.now_ms, dice).opened_by(&press.visit);
    guest.opened.extend(press.pictures.iter().map(|picture| (picture.sha256.clone(), picture.clone())));
    let asked = pages::Press { visit: view::asked(&press.visit), action: &press.action, form: &press.form };
    let ended = sandbox::run(plugin, guest, Ask::Act(asked)).await;
    let mut pictures = 0;
    let (done, effects) = match ended.result {
        Ok((Said::Acted(Ok(done)), guest)) => match page::leads(&plugin.manifest, &done.page, &done.query) {
            Ok(()) => {
                pictures = guest.pictures;
                let effects = Effects { list: guest.effects, log: Vec::new(), answers: guest.answers.into_made() };
                (Ok(Done { page: done.page, query: done.query }), effects)
            }
            Err(detail) => (Err(PageFault::BadPage(detail)), Effects::default()),
        },
        Ok((Said::Acted(Err(error)), _)) => (Err(page::fault(error)), Effects::default()),
        // An action was asked for: no other answer can come back.
        Ok((Said::Handled(_) | Said::Viewed(_) | Said::Answered(_), _)) => {
            (Err(PageFault::NotFound), Effects::default())
        }
        Err(stop) => (Err(PageFault::Stopped(stop)), Effects::default()),
    };
    Acted { done, effects: Effects { log: ended.log, ..effects }, cpu_us: ended.cpu_us, pictures }
}
