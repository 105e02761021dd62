//! Where a list that somebody asks for lies: at one place, by every code that it has or had, or wherever he may read.

use xl_model::people::action::Action;
use xl_model::people::reach::Reach;

use crate::api::authority::Authority;
use crate::api::authority::Identity;
use crate::api::problem::Problem;
use crate::api::state::ApiState;

/// The authority for a list at a place, or anywhere, with the first digits of the places that it is about; nothing: all.
///
/// What was filed keeps the code that its place had then. Of these codes those count where whoever asks may read.
///
/// # Errors
/// That the place does not exist, or XL0901.
pub(super) fn within(
    identity: &Identity,
    state: &ApiState,
    action: Action,
    place: Option<&Reach>,
) -> Result<(Authority, Option<Vec<String>>), Problem> {
    match place {
        Some(place) if !place.is_whole_hub() => {
            let authority = identity.of_place(action, place)?;
            let mut codes = state.places(&authority).former(place);
            codes.retain(|code| authority.covers_reach(code));
            codes.push(place.clone());
            Ok((authority, Some(codes.iter().map(|code| code.digits().to_owned()).collect())))
        }
        _ => {
            let authority = identity.anywhere(action)?;
            let within = authority.within();
            Ok((authority, within))
        }
    }
}
