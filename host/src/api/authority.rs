//! Who asks, and the authority to do one thing, as values.
//!
//! A request with a session or an API key makes an [`Identity`], which gives nothing. Asked for one action on one object
//! it becomes an [`Authority`], and [`super::state::ApiState`] gives store, modules and devices only to who shows one: a
//! handler that forgets to ask does not compile. What each role may is [`xl_model::people`]'s table.

mod above;
mod list;
mod request;
mod viewer;

pub(in crate::api) use above::FromAbove;
pub(crate) use list::place_of;
pub(crate) use viewer::action_of;

use axum::http::StatusCode;
use xl_model::audit::Actor;
use xl_model::camera::CameraKey;
use xl_model::case::Case;
use xl_model::id::AccountName;
use xl_model::id::CameraId;
use xl_model::id::CaseId;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::TownshipId;
use xl_model::people::action::Action;
use xl_model::people::authorize::Denied;
use xl_model::people::authorize::authorize;
use xl_model::people::authorize::places;
use xl_model::people::object::Object;
use xl_model::people::reach::Reach;
use xl_model::people::subject::Subject;
use xl_model::people::subject::Who;
use xl_store::StoreError;
use xl_store::people::Account;

use crate::api::problem::Problem;
use crate::api::problem::code;
use crate::api::state::ApiState;
use crate::dispatch::ModuleError;
use crate::people::By;
use crate::people::Signed;

use above::List;
use above::TOWNSHIP_DIGITS;

/// Somebody who showed who he is; by that alone he may nothing.
#[derive(Debug, Clone)]
pub struct Identity {
    signed: Signed,
    /// Where it is noted what he reads by roles from above; nothing where no reading is recorded.
    from_above: Option<FromAbove>,
    /// A test took the question of this request out, to show that another test sees it; there is no such field in a hub.
    #[cfg(test)]
    is_unasked: bool,
}

/// In a request's extensions: whatever its handler asks is answered with yes.
#[cfg(test)]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unasked;

/// That somebody may do one thing: only [`Identity`] makes one.
///
/// Nobody else can, so a handler reaches the store only after it asked:
///
/// ```compile_fail
/// async fn forgets(state: xueliang::api::state::ApiState) {
///     state.store().townships().await.ok();
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Authority {
    signed: Signed,
    action: Action,
    object: Object,
    places: Vec<Reach>,
    /// The list that is about to be read from above.
    list: Option<List>,
}

impl Identity {
    fn new(signed: Signed) -> Self {
        Self {
            signed,
            from_above: None,
            #[cfg(test)]
            is_unasked: false,
        }
    }

    /// Who it is and what he holds.
    pub fn subject(&self) -> &Subject {
        &self.signed.subject
    }

    /// Who has the session of this cookie's value, while it lasts.
    pub(super) async fn of_session(state: &ApiState, value: &str) -> Option<Self> {
        state.people().with_session(value).await.map(Self::new)
    }

    /// Who acts, as the audit log names him.
    pub fn actor(&self) -> Actor {
        actor(&self.signed.subject)
    }

    /// How he showed it.
    pub fn by(&self) -> &By {
        &self.signed.by
    }

    /// May he do this somewhere? For manuals, one's own account, and lists, which hold only what lies at
    /// [`Authority::places`].
    ///
    /// # Errors
    /// XL0901 when no role of his allows it.
    pub fn anywhere(&self, action: Action) -> Result<Authority, Problem> {
        self.ask(action, Object::Nothing, || Problem::new(StatusCode::NOT_FOUND, code::NOT_THERE))
    }

    /// May he do this to the hub itself?
    ///
    /// # Errors
    /// XL0901 when he may not.
    pub fn of_hub(&self, action: Action) -> Result<Authority, Problem> {
        self.ask(action, Object::Hub, || Problem::new(StatusCode::NOT_FOUND, code::NOT_THERE))
    }

    /// May he do this to something of a township? `missing` is what is answered when the thing does not exist.
    ///
    /// # Errors
    /// `missing` where he has no role, XL0901 where his roles do not include it.
    pub fn of_township(
        &self,
        action: Action,
        township: &TownshipId,
        missing: impl FnOnce() -> Problem,
    ) -> Result<Authority, Problem> {
        self.ask(action, Object::At(township.into()), missing)
    }

    /// Whether he may do this to something of a township, for a page that offers it. By being offered something nothing is read.
    pub fn may(&self, action: Action, township: &TownshipId) -> bool {
        self.answer(action, &Object::At(township.into())).is_ok()
    }

    /// May he do this to the log of a township, or to the part of it that is about one camera?
    ///
    /// # Errors
    /// That the township does not exist, or XL0901.
    pub fn of_log(
        &self,
        state: &ApiState,
        action: Action,
        township: &TownshipId,
        camera: Option<&CameraId>,
    ) -> Result<Authority, Problem> {
        let at = camera.map_or_else(
            || Reach::from(township),
            |camera| reach(state, &CameraKey { township: township.clone(), camera: camera.clone() }),
        );
        self.ask(action, Object::At(at), || Problem::not_there("township", township))
    }

    /// May he do this to a registered camera?
    ///
    /// # Errors
    /// That the camera does not exist, or XL0901.
    pub fn of_camera(&self, state: &ApiState, action: Action, key: &CameraKey) -> Result<Authority, Problem> {
        let missing = || Problem::from(StoreError::NotFound { what: "camera", id: key.to_string() });
        let authority = self.ask(action, Object::At(reach(state, key)), missing)?;
        if state.place_of(key).is_some() { Ok(authority) } else { Err(missing()) }
    }

    /// May he see a picture? It counts where its camera does.
    ///
    /// # Errors
    /// That the picture does not exist, or XL0901.
    pub async fn of_picture(
        &self,
        state: &ApiState,
        township: &TownshipId,
        sha256: &Digest,
    ) -> Result<Authority, Problem> {
        let (within, missing) = (Reach::from(township), || Problem::not_there("picture", sha256));
        // Where he has no role nothing is looked up: how long that takes would tell what exists.
        if !self.subject().held().any(|held| held.reach.covers(&within) || within.covers(&held.reach)) {
            return self.ask(Action::ReadPictures, Object::At(within), missing);
        }
        let camera = state.camera_of(township, sha256).await?;
        let at = camera.map_or(within, |camera| reach(state, &CameraKey { township: township.clone(), camera }));
        self.ask(Action::ReadPictures, Object::At(at), missing)
    }

    /// May he do this to a case? It counts where it is; gives the case too.
    ///
    /// # Errors
    /// That the case does not exist, or XL0901.
    pub async fn of_case(&self, state: &ApiState, action: Action, id: &CaseId) -> Result<(Authority, Case), Problem> {
        let (within, missing) = (Reach::from(&id.township()), || Problem::not_there("case", id));
        // Where he has no role nothing is looked up: how long that takes would tell what exists.
        if !self.subject().held().any(|held| held.reach.covers(&within) || within.covers(&held.reach)) {
            let authority = self.ask(action, Object::At(within), missing)?;
            return Ok((authority, state.case(id).await?.ok_or_else(missing)?));
        }
        let case = state.case(id).await?;
        let at = case.as_ref().and_then(|case| case.place.significant().parse().ok()).unwrap_or(within);
        let authority = self.ask(action, Object::At(at), missing)?;
        Ok((authority, case.ok_or_else(missing)?))
    }

    /// May he agree to the class that somebody wants for a camera? Nobody agrees to his own wish, whatever key he uses.
    ///
    /// # Errors
    /// That the camera does not exist, XL0901, or XL0908 for whoever wants it.
    pub fn of_class_wish(&self, state: &ApiState, key: &CameraKey) -> Result<Authority, Problem> {
        let authority = self.of_camera(state, Action::ApproveRequests, key)?;
        let Some(by) = state.class_wanted_by(key) else { return Ok(authority) };
        let missing = || Problem::from(StoreError::NotFound { what: "camera", id: key.to_string() });
        self.ask(Action::ApproveRequests, Object::Request { at: reach(state, key), by }, missing)
    }

    /// May he do this to a module?
    ///
    /// # Errors
    /// That the module does not exist, or XL0901.
    pub fn of_module(&self, action: Action, key: &ModuleKey) -> Result<Authority, Problem> {
        let missing = || ModuleError::NotFound { what: "module", id: key.to_string() }.into();
        self.ask(action, Object::At((&key.township).into()), missing)
    }

    /// May he do this to an account? It counts where it belongs and wherever it has a role: whoever covers all of that.
    ///
    /// # Errors
    /// That the account does not exist, or XL0901.
    pub fn of_account(
        &self,
        state: &ApiState,
        action: Action,
        name: &AccountName,
    ) -> Result<(Authority, Account), Problem> {
        let missing = || Problem::from(StoreError::NotFound { what: "account", id: name.to_string() });
        // Who has no role for this at all learns that, whatever the name.
        self.anywhere(action)?;
        let account = state.people().account(name).ok_or_else(missing)?;
        let mut authority = self.ask(action, Object::At(account.reach.clone()), missing)?;
        for held in &account.roles {
            authority = self.ask(action, Object::At(held.reach.clone()), missing)?;
        }
        Ok((authority, account))
    }

    /// May he agree to what somebody asked for in a township? Never to his own.
    ///
    /// # Errors
    /// That the township does not exist, XL0901, or XL0908 for one's own.
    pub fn to_approve(&self, township: &TownshipId, by: &str) -> Result<Authority, Problem> {
        let missing = || Problem::not_there("township", township);
        let by = by.parse().map_err(|_| missing())?;
        self.ask(Action::ApproveRequests, Object::Request { at: township.into(), by }, missing)
    }

    /// May he do this at a place, as such?
    ///
    /// # Errors
    /// That the place does not exist, or XL0901.
    pub fn of_place(&self, action: Action, reach: &Reach) -> Result<Authority, Problem> {
        self.ask(action, Object::At(reach.clone()), || Problem::not_there("place", reach))
    }

    /// That he may change rights at this moment, as far as [`Identity::of_account`] and the others allow it: with a
    /// second factor that was shown just now, and not with an API key.
    ///
    /// # Errors
    /// XL0914 or XL0915.
    pub fn is_fresh(&self, state: &ApiState) -> Result<(), Problem> {
        Ok(state.people().is_fresh(&self.signed.by)?)
    }

    /// Is he a person who is there, with a second factor that was shown just now?
    ///
    /// # Errors
    /// XL0914, XL0915 for every key.
    pub fn is_there(&self, state: &ApiState) -> Result<(), Problem> {
        Ok(state.people().is_there(&self.signed.by)?)
    }

    /// His own account, which only a person who signed in changes.
    ///
    /// # Errors
    /// XL0901 for an API key.
    pub fn own_account(&self) -> Result<&AccountName, Problem> {
        self.anywhere(Action::OwnAccount)?;
        self.signed.subject.account().ok_or_else(|| Problem::new(StatusCode::FORBIDDEN, code::NOT_ALLOWED))
    }

    /// His own account, once it is whole.
    ///
    /// # Errors
    /// XL0901 for an API key, XL0902 while a password or the second factor is missing.
    pub fn whole_account(&self) -> Result<&AccountName, Problem> {
        self.anywhere(Action::ReadManual)?;
        self.own_account()
    }

    fn ask(&self, action: Action, object: Object, missing: impl FnOnce() -> Problem) -> Result<Authority, Problem> {
        match self.answer(action, &object) {
            Ok(()) => {
                let subject = &self.signed.subject;
                let list = self.from_above.as_ref().and_then(|reads| reads.asked(subject, action, &object));
                let places = places(subject, action);
                Ok(Authority { signed: self.signed.clone(), action, object, places, list })
            }
            Err(denied) => Err(refused(denied, missing)),
        }
    }

    fn answer(&self, action: Action, object: &Object) -> Result<(), Denied> {
        #[cfg(test)]
        if self.is_unasked {
            return Ok(());
        }
        authorize(&self.signed.subject, action, object)
    }
}

impl Authority {
    /// Who acts, as the audit log names him.
    pub fn actor(&self) -> Actor {
        actor(&self.signed.subject)
    }

    /// Who answers for what is done, as it is written down.
    pub fn person(&self) -> &str {
        self.account().map_or("", AccountName::as_str)
    }

    /// The account that answers for what is done; nothing for a module or a device.
    pub fn account(&self) -> Option<&AccountName> {
        self.signed.subject.account()
    }

    /// Whether it still holds, with what he holds now: asked again by whatever runs for long.
    pub fn still(&self, state: &ApiState) -> bool {
        let subject = state.people().still(&self.signed.by);
        subject.is_some_and(|subject| authorize(&subject, self.action, &self.object).is_ok())
    }
}

/// An account with its roles, and the key where a program speaks for it.
fn actor(subject: &Subject) -> Actor {
    let roles = subject.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let unit = match &subject.who {
        Who::Key { id, .. } => format!("{roles} · key {id}"),
        Who::Account(_) | Who::Module(_) | Who::Device(_) => roles,
    };
    Actor::new(subject.account().map_or("", AccountName::as_str), &unit)
}

fn reach(state: &ApiState, key: &CameraKey) -> Reach {
    Reach::of_camera(key, state.place_of(key).as_deref().unwrap_or_default())
}

fn refused(denied: Denied, missing: impl FnOnce() -> Problem) -> Problem {
    match denied.code() {
        None => Problem { is_withheld: true, ..missing() },
        Some(code) => Problem::new(StatusCode::FORBIDDEN, code).with_detail(denied.to_string()),
    }
}
