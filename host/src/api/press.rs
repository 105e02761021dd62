//! A pressed button of a module's page: compares what was filled in with the form that the page shows, keeps its pictures,
//! and hands it to the module.
//!
//! The API and the console press by this. Bodies are read in `filled`, what is wrong is said in `words`. A picture is kept
//! before the module is asked: when the form is refused it is named in what comes back, and nobody takes it twice.

mod filled;
mod presser;
#[cfg(test)]
mod tests;
mod words;

pub(crate) use filled::Filled;
pub(crate) use filled::MAX_PRESS_BYTES;
pub(crate) use filled::MAX_STRANGERS_BYTES;
pub(crate) use filled::press_of_program;
pub(crate) use presser::Presser;

use std::collections::BTreeMap;

use bytes::Bytes;
use xl_model::block::Field;
use xl_model::block::FormErrors;
use xl_model::event::MAX_PICTURES;
use xl_model::fault::Refused;
use xl_model::id::ModuleKey;
use xl_model::picture::PictureRef;
use xl_store::uploads::Upload;

use crate::api::language::Language;
use crate::api::module_pages::Texts;
use crate::api::problem::Problem;
use crate::api::shield::while_waited;
use crate::dispatch::ModuleError;
use crate::dispatch::NextPage;
use crate::dispatch::PageVisit;
use crate::ingest::picture;
use crate::ingest::picture::NotKept;
use words::Wrong;

/// Why nothing happened.
#[derive(Debug)]
pub(crate) enum NotPressed {
    /// The form was refused.
    Form {
        /// What was filled in; pictures by their hash.
        filled: Texts,
        /// What is wrong with it.
        errors: FormErrors,
    },
    /// Something else.
    Problem(Problem),
}

impl From<Problem> for NotPressed {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<ModuleError> for NotPressed {
    fn from(error: ModuleError) -> Self {
        Self::Problem(error.into())
    }
}

impl NotPressed {
    /// The same for a program, which keeps what it sent.
    pub(crate) fn into_problem(self) -> Problem {
        match self {
            Self::Form { errors, .. } => ModuleError::Form(errors).into(),
            Self::Problem(problem) => problem,
        }
    }
}

/// Presses a button.
///
/// A stranger fills in what the page shows and nothing else; for who is signed in the module may take more than that.
///
/// # Errors
/// [`NotPressed::Form`] when the host or the module refuses what was filled in.
pub(crate) async fn press(
    presser: &Presser<'_>,
    visit: PageVisit,
    action: String,
    mut filled: Filled,
    language: Language,
) -> Result<NextPage, NotPressed> {
    let modules = presser.modules;
    let shown = modules.view(visit.clone()).await.map(|page| page.form(&action).map(<[Field]>::to_vec));
    let fields = match shown {
        Ok(Some(fields)) => fields,
        Ok(None) if presser.is_stranger => return Err(Problem::not_there("form", "").into()),
        // Nobody could say which field takes a picture.
        Err(error) if presser.is_stranger || !filled.pictures.is_empty() => return Err(error.into()),
        // A page that cannot be drawn now shows no form: the module judges alone, as it does for every button.
        Ok(None) | Err(_) => Vec::new(),
    };
    if presser.is_stranger {
        filled.texts.retain(|(name, _)| fields.iter().any(|field| field.name == *name));
    }
    let mut form = Form { texts: together(&fields, filled.texts), errors: FormErrors::default(), language };
    let desk = Desk { presser, module: &visit.module };
    let pictures = form.pictures(&desk, &fields, filled.pictures).await?;
    form.values(&fields);
    let Form { texts, errors, .. } = form;
    if errors.summary.is_some() || !errors.fields.is_empty() {
        return Err(NotPressed::Form { filled: texts, errors });
    }
    // A map of strings always serializes.
    let sent = serde_json::to_string(&texts).unwrap_or_default();
    match while_waited(modules.act(visit, action, sent, pictures)).await? {
        Ok(next) => Ok(next),
        Err(ModuleError::Form(errors)) => Err(NotPressed::Form { filled: texts, errors }),
        Err(error) => Err(error.into()),
    }
}

/// One text a name: of a list all that came, of anything else the last.
fn together(fields: &[Field], sent: Vec<(String, String)>) -> Texts {
    let lists: Vec<&str> = fields.iter().filter(|field| field.is_a_list()).map(|field| field.name.as_str()).collect();
    let mut texts = Texts::new();
    for (name, text) in sent {
        match texts.get_mut(&name) {
            Some(before) if lists.contains(&name.as_str()) => {
                before.push(' ');
                before.push_str(&text);
            }
            _ => drop(texts.insert(name, text)),
        }
    }
    texts
}

/// A form on its way to the module.
struct Form {
    texts: Texts,
    errors: FormErrors,
    language: Language,
}

impl Form {
    /// Keeps the pictures that were attached now, looks up those of an earlier try, and names both in their fields.
    async fn pictures(
        &mut self,
        desk: &Desk<'_>,
        fields: &[Field],
        sent: Vec<(String, Bytes)>,
    ) -> Result<Vec<PictureRef>, Problem> {
        let mut new: BTreeMap<String, Vec<Bytes>> = BTreeMap::new();
        for (name, bytes) in sent {
            new.entry(name).or_default().push(bytes);
        }
        let mut attached: Vec<PictureRef> = Vec::new();
        for field in fields.iter().filter(|field| field.pictures_at_most() > 0) {
            let new = new.remove(&field.name).unwrap_or_default();
            let of_field = self.pictures_of(desk, field, new).await?;
            let names: Vec<&str> = of_field.iter().map(|picture| picture.sha256.as_str()).collect();
            self.texts.insert(field.name.clone(), names.join(" "));
            attached.extend(of_field);
        }
        for name in new.into_keys() {
            self.wrong(&name, &Wrong::TakesNone);
        }
        attached.sort_by(|a, b| a.sha256.cmp(&b.sha256));
        attached.dedup_by(|a, b| a.sha256 == b.sha256);
        if attached.len() > MAX_PICTURES {
            self.errors.summary = Some(Wrong::TooMany(MAX_PICTURES).said(self.language));
        }
        Ok(attached)
    }

    async fn pictures_of(
        &mut self,
        desk: &Desk<'_>,
        field: &Field,
        new: Vec<Bytes>,
    ) -> Result<Vec<PictureRef>, Problem> {
        let most = field.pictures_at_most();
        let earlier: Vec<String> = self
            .texts
            .get(&field.name)
            .into_iter()
            .flat_map(|text| text.split_whitespace())
            .map(str::to_owned)
            .collect();
        // Where there is room for one, a new photo takes the place of the one before; a bad one does not.
        let kept = if most == 1 && !new.is_empty() { 0 } else { earlier.len() };
        if kept + new.len() > most {
            self.wrong(&field.name, &Wrong::TooMany(most));
        }
        let mut fresh = Vec::new();
        for bytes in new.into_iter().take(most.saturating_sub(kept)) {
            match desk.keep(bytes).await? {
                Ok(picture) => fresh.push(picture),
                Err(refused) => self.wrong(&field.name, &Wrong::Picture(refused.code)),
            }
        }
        let mut pictures = Vec::new();
        for sha256 in earlier.into_iter().take(most.saturating_sub(fresh.len())) {
            match desk.again(&sha256).await? {
                Some(picture) => pictures.push(picture),
                None => self.wrong(&field.name, &Wrong::Gone),
            }
        }
        pictures.append(&mut fresh);
        Ok(pictures)
    }

    /// Brings the other values into the form that the module sees.
    fn values(&mut self, fields: &[Field]) {
        for field in fields.iter().filter(|field| field.pictures_at_most() == 0) {
            let Some(sent) = self.texts.get(&field.name) else { continue };
            match field.taken(sent) {
                Ok(taken) => drop(self.texts.insert(field.name.clone(), taken)),
                Err(not) => self.wrong(&field.name, &Wrong::Value(not)),
            }
        }
    }

    fn wrong(&mut self, name: &str, wrong: &Wrong) {
        let said = wrong.said(self.language);
        self.errors.fields.entry(name.to_owned()).or_insert(said);
    }
}

/// Where pictures are attached.
struct Desk<'a> {
    presser: &'a Presser<'a>,
    module: &'a ModuleKey,
}

impl Desk<'_> {
    /// Keeps a picture with who attached it, where and when.
    async fn keep(&self, bytes: Bytes) -> Result<Result<PictureRef, Refused>, Problem> {
        let Presser { state, store, .. } = self.presser;
        let picture = match picture::keep(store, bytes, &state.upload_limits()).await {
            Ok(picture) => picture,
            Err(NotKept::Refused(refused)) => return Ok(Err(refused)),
            Err(NotKept::Failed(error)) => return Err(error.into()),
        };
        let upload = Upload {
            module: self.module.clone(),
            picture: picture.clone(),
            account: self.presser.name.clone(),
            time_ms: state.now_ms(),
        };
        store.add_upload(upload).await?;
        Ok(Ok(picture))
    }

    /// A picture that was attached on a page of this module before; it waits for another day. By a public link only one that
    /// came by the same link: a page may show hashes of others.
    async fn again(&self, sha256: &str) -> Result<Option<PictureRef>, Problem> {
        let Ok(sha256) = sha256.parse() else { return Ok(None) };
        let Presser { store, name, is_stranger, .. } = self.presser;
        if *is_stranger {
            let ModuleKey { township, plugin } = self.module;
            let known = store.upload(township, &sha256, Some(plugin)).await?;
            if known.is_none_or(|upload| upload.account != *name) {
                return Ok(None);
            }
        }
        let upload = store.renew_upload(self.module, &sha256).await?;
        Ok(upload.map(|upload| upload.picture))
    }
}
