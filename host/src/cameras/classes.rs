//! The second person: a class that somebody has said becomes another one when two accounts say the same.
//!
//! The first one's change is kept as a wish and nothing of it happens; the second one says the same, or approves the wish.
//! Every road to the register asks here, and each wish and each change is a row of the audit log before it happens.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::PoisonError;

use tracing::info;
use xl_model::camera::CameraKey;
use xl_model::camera::LegalClass;
use xl_model::camera::check;
use xl_model::camera::class_wish::ClassWish;
use xl_model::camera::draft::Draft;
use xl_model::camera::draft::Field;
use xl_model::camera::fault::CameraFault;
use xl_model::camera::fault::Wrong;
use xl_store::Store;
use xl_store::StoreError;
use xl_store::cameras::RegisteredCamera;

use super::CameraError;
use super::Cameras;
use super::Hand;
use super::change::missing;
use super::change::wrong;

/// What the register remembers of classes beside the cameras.
#[derive(Debug, Default)]
pub(super) struct Classes {
    /// Wishes by camera, lapsed ones too.
    wishes: HashMap<CameraKey, ClassWish>,
    /// The classes that a person had said of cameras that were removed.
    removed: Arc<HashMap<CameraKey, LegalClass>>,
}

/// A class that would become another one: of which camera, from which, to which.
pub(super) type ClassChange = (CameraKey, LegalClass, LegalClass);

/// What changes of classes ask for.
#[derive(Debug, Default)]
pub(super) struct Second {
    /// What one person wants so far.
    pub(super) wished: Vec<ClassWish>,
    /// What a second person says now.
    agreed: Vec<ClassWish>,
    /// What was asked for without a reason.
    pub(super) faults: Vec<(CameraKey, CameraFault)>,
}

impl Classes {
    pub(super) async fn read(store: &Store) -> Result<Self, StoreError> {
        let wishes = store.class_wishes().await?.into_iter().map(|wish| (wish.key.clone(), wish)).collect();
        Ok(Self { wishes, removed: Arc::new(store.removed_classes().await?.into_iter().collect()) })
    }

    /// That a camera is registered like this now.
    pub(super) fn note_written(&mut self, key: &CameraKey, class: LegalClass) {
        if self.removed.contains_key(key) {
            Arc::make_mut(&mut self.removed).remove(key);
        }
        if self.wishes.get(key).is_some_and(|wish| wish.from != class) {
            self.wishes.remove(key);
        }
    }

    /// That a camera was removed.
    pub(super) fn note_removed(&mut self, key: &CameraKey, said: Option<LegalClass>) {
        self.wishes.remove(key);
        Arc::make_mut(&mut self.removed).extend(said.map(|class| (key.clone(), class)));
    }
}

impl Cameras {
    /// What waits for a second person, of the cameras that `own` picks: the oldest first.
    pub fn class_wishes(&self, own: impl Fn(&CameraKey, &str) -> bool) -> Vec<ClassWish> {
        let now_ms = self.0.clock.now_ms();
        let all: Vec<ClassWish> = self.classes(|classes| classes.wishes.values().cloned().collect());
        let entries = self.read();
        let waits = |wish: &ClassWish| {
            let camera = entries.get(&wish.key).map(|entry| &entry.row.camera);
            camera.is_some_and(|camera| wish.waits(camera.class, now_ms) && own(&wish.key, &camera.place))
        };
        let mut waiting: Vec<ClassWish> = all.into_iter().filter(waits).collect();
        waiting.sort_by(|a, b| (a.asked_ms, &a.key).cmp(&(b.asked_ms, &b.key)));
        waiting
    }

    /// What waits for a second person for one camera.
    pub fn class_wish(&self, key: &CameraKey) -> Option<ClassWish> {
        let class = self.read().get(key).map(|entry| entry.row.camera.class)?;
        self.waiting(key, class)
    }

    /// Gives a camera the class that somebody else wants.
    ///
    /// # Errors
    /// [`CameraError::NoClassWish`] also when another class waits than the one that was looked at,
    /// [`CameraError::SecondPerson`] for whoever wanted it, [`CameraError::Fields`] where the camera may not have it.
    pub async fn approve_class(
        &self,
        key: &CameraKey,
        to: LegalClass,
        hand: &Hand,
    ) -> Result<RegisteredCamera, CameraError> {
        let _turn = self.0.turn.lock().await;
        let before = self.row(key).ok_or_else(|| missing(key))?;
        let wish = self.waiting(key, before.camera.class).filter(|wish| wish.to == to);
        let wish = wish.ok_or_else(|| CameraError::NoClassWish { camera: key.clone(), to })?;
        if !wish.is_agreed(to, hand.by()) {
            return Err(CameraError::SecondPerson(vec![wish]));
        }
        let mut draft = Draft::from(&before.camera);
        draft.set(Field::Class, to.word());
        let mut camera = check::camera(&draft).map_err(|faults| wrong(key.to_string(), faults))?;
        self.with_rules(|rules| rules.carry(&before.camera, &mut camera));
        self.admitted(&camera, Some(&before.camera))?;
        self.decide(Second { agreed: vec![wish], ..Second::default() }, hand).await?;
        info!(camera = %key, class = to.word(), "camera `{key}` has another class by two persons");
        self.write_one(camera).await
    }

    /// Forgets what somebody wants for the class of a camera: he himself, or whoever might have agreed.
    ///
    /// # Errors
    /// [`CameraError::NoClassWish`].
    pub async fn refuse_class(&self, key: &CameraKey, to: LegalClass) -> Result<(), CameraError> {
        let _turn = self.0.turn.lock().await;
        let wish = self.class_wish(key).filter(|wish| wish.to == to);
        let wish = wish.ok_or_else(|| CameraError::NoClassWish { camera: key.clone(), to })?;
        self.0.store.forget_class_wish(&wish.key).await?;
        self.classes(|classes| classes.wishes.remove(key));
        Ok(())
    }

    /// What these changes of classes ask for, when `hand` makes them.
    pub(super) fn second(&self, changes: impl IntoIterator<Item = ClassChange>, hand: &Hand) -> Second {
        let mut second = Second::default();
        for (key, from, to) in changes {
            match self.waiting(&key, from).filter(|wish| wish.is_agreed(to, hand.by())) {
                Some(wish) => second.agreed.push(wish),
                None if hand.reason().is_empty() => {
                    second.faults.push((key, CameraFault { field: Field::Class, wrong: Wrong::NoReason }));
                }
                None => {
                    let (by, reason, asked_ms) = (hand.by().clone(), hand.reason().to_owned(), self.0.clock.now_ms());
                    second.wished.push(ClassWish { key, from, to, by, asked_ms, reason });
                }
            }
        }
        second
    }

    /// Goes on when no class becomes another one, or a second person says so; else keeps what is wished and stops.
    ///
    /// # Errors
    /// [`CameraError::SecondPerson`], [`CameraError::Fields`] or [`CameraError::Cameras`] without a reason, [`CameraError::NotRecorded`].
    pub(super) async fn decide(&self, second: Second, hand: &Hand) -> Result<(), CameraError> {
        let Second { wished, agreed, faults } = second;
        match faults.as_slice() {
            [] => {}
            [(key, fault)] => return Err(wrong(key.to_string(), vec![fault.clone()])),
            _ => return Err(CameraError::Cameras(faults)),
        }
        if wished.is_empty() {
            return Ok(hand.record("camera.class-change", &agreed).await?);
        }
        hand.record("camera.class-ask", &wished).await?;
        self.0.store.let_class_wishes_wait(wished.clone()).await?;
        self.classes(|classes| classes.wishes.extend(wished.iter().map(|wish| (wish.key.clone(), wish.clone()))));
        info!(cameras = wished.len(), "another class is wanted for {} cameras by one person", wished.len());
        Err(CameraError::SecondPerson(wished))
    }

    /// The classes of cameras that were removed.
    pub(super) fn removed_classes(&self) -> Arc<HashMap<CameraKey, LegalClass>> {
        self.classes(|classes| Arc::clone(&classes.removed))
    }

    pub(super) fn classes<T>(&self, look: impl FnOnce(&mut Classes) -> T) -> T {
        // A holder that panicked left the maps whole: each change is one insertion or removal after another.
        look(&mut self.0.classes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn waiting(&self, key: &CameraKey, class: LegalClass) -> Option<ClassWish> {
        let now_ms = self.0.clock.now_ms();
        self.classes(|classes| classes.wishes.get(key).filter(|wish| wish.waits(class, now_ms)).cloned())
    }
}
