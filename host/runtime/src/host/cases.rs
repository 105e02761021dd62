//! `cases`: the module's own cases, checked by the rules of the case engine as they stand with the run's own steps.
//!
//! Who makes a step is the host's knowledge: the person who pressed or called, or the module itself in a batch.

mod lift;
mod lower;

use xl_model::case::Actor;
use xl_model::case::Case;
use xl_model::case::CaseError;
use xl_model::case::Draft;
use xl_model::case::Moved;
use xl_model::case::Step;
use xl_model::case::query::CaseQuery;
use xl_model::day::Day;
use xl_model::effect::Effect;
use xl_model::event::MAX_DEPTH;
use xl_model::id::CaseId;
use xl_model::id::Digest;

use crate::bindings::xueliang::hub::cases as wit;
use crate::guest::Call;
use crate::guest::Guest;
use crate::guest::answers::Known;
use crate::host::READ_ONLY;
use crate::host::pictures::is_of;

/// About how many bytes a step takes beside the texts of its case.
const ROW_BYTES: usize = 1024;

type Answer<T> = Result<T, wit::CasesError>;

impl wit::Host for Guest {
    async fn open(&mut self, draft: wit::Draft) -> wasmtime::Result<Answer<String>> {
        self.enter()?;
        let draft = match self.may_change().and_then(|()| self.drafted(draft)) {
            Ok(draft) => draft,
            Err(error) => return Ok(Err(error)),
        };
        if let Some(known) = self.known_by_key(&draft.key).await? {
            return Ok(Ok(known.id.to_string()));
        }
        if let Some(camera) = &draft.camera
            && self.granted_camera(camera.as_str()).await?.is_none()
        {
            return Ok(Err(invalid("camera: it is not among the granted ones")));
        }
        if !self.may_show(&draft.pictures).await? {
            return Ok(Err(invalid("pictures: one of them is none that the module may see")));
        }
        let actor = match self.actor() {
            Ok(actor) => actor,
            Err(error) => return Ok(Err(error)),
        };
        let rules = self.rules().await?;
        let id = self.next_id(&draft.key).await?;
        let plugin = Some(self.context.module.plugin.clone());
        let opened = Case::open(draft, id.clone(), plugin, &actor, self.now_ms, &rules);
        match opened {
            Ok(moved) => self.take(None, moved).map(|()| Ok(id.to_string())),
            Err(error) => Ok(Err(self.said(&error))),
        }
    }

    async fn get(&mut self, id: String) -> wasmtime::Result<Answer<wit::Case>> {
        self.enter()?;
        if let Err(error) = self.may_see() {
            return Ok(Err(error));
        }
        Ok(self.standing(&id).await?.map(|case| lift::case(&case)).ok_or(wit::CasesError::NotFound))
    }

    async fn by_key(&mut self, key: String) -> wasmtime::Result<Answer<Option<wit::Case>>> {
        self.enter()?;
        if let Err(error) = self.may_see() {
            return Ok(Err(error));
        }
        Ok(Ok(self.known_by_key(&key).await?.map(|case| lift::case(&case))))
    }

    async fn move_(&mut self, id: String, step: wit::Step) -> wasmtime::Result<Answer<wit::Case>> {
        self.enter()?;
        let asked = self.may_change().and_then(|()| Step::read(&lower::step(step)).map_err(|error| self.said(&error)));
        let (step, actor) = match asked.and_then(|step| Ok((step, self.actor()?))) {
            Ok(asked) => asked,
            Err(error) => return Ok(Err(error)),
        };
        let Some(case) = self.standing(&id).await? else { return Ok(Err(wit::CasesError::NotFound)) };
        if !self.may_show(&step.pictures).await? {
            return Ok(Err(invalid("pictures: one of them is none that the module may see")));
        }
        let rules = self.rules().await?;
        match case.take(&step, &actor, self.now_ms, &rules) {
            Ok(moved) => {
                let shown = lift::case(&moved.case);
                self.take(Some(case.revision), moved).map(|()| Ok(shown))
            }
            Err(error) => Ok(Err(self.said(&error))),
        }
    }

    async fn find(&mut self, query: wit::Query) -> wasmtime::Result<Answer<wit::Page>> {
        self.enter()?;
        let query: CaseQuery = match self.may_see().and_then(|()| lower::query(query).map_err(|why| invalid(&why))) {
            Ok(query) => query,
            Err(error) => return Ok(Err(error)),
        };
        let port = self.context.ports.cases.clone();
        let page = self.ask("cases.find", port.find(&self.context.module, query)).await?;
        let cases = page.cases.iter().map(lift::case).collect();
        Ok(Ok(wit::Page { cases, next: page.next.map(|mark| mark.to_string()) }))
    }

    async fn history(&mut self, id: String) -> wasmtime::Result<Answer<Vec<wit::Past>>> {
        self.enter()?;
        if let Err(error) = self.may_see() {
            return Ok(Err(error));
        }
        let Ok(id) = id.parse::<CaseId>() else { return Ok(Err(wit::CasesError::NotFound)) };
        let port = self.context.ports.cases.clone();
        let steps = self.ask("cases.history", port.history(&self.context.module, &id)).await?;
        Ok(steps.map(|steps| steps.into_iter().map(lift::past).collect()).ok_or(wit::CasesError::NotFound))
    }

    async fn figures(&mut self, from: i64, to: i64, by: wit::Grouping) -> wasmtime::Result<Answer<Vec<wit::Counts>>> {
        self.enter()?;
        if let Err(error) = self.may_see() {
            return Ok(Err(error));
        }
        if to < from {
            return Ok(Err(invalid("to: it lies before `from`")));
        }
        let port = self.context.ports.cases.clone();
        let figures = port.figures(&self.context.module, from, to, lower::grouping(by));
        let rows = self.ask("cases.figures", figures).await?;
        Ok(Ok(rows.into_iter().map(|(key, figures)| lift::counts(key, figures)).collect()))
    }
}

impl Guest {
    fn may_see(&self) -> Answer<()> {
        if self.context.grants.now().cases { Ok(()) } else { Err(wit::CasesError::AccessDenied) }
    }

    fn may_change(&self) -> Answer<()> {
        self.may_see()?;
        if self.is_read_only() {
            return Err(wit::CasesError::Other(READ_ONLY.to_owned()));
        }
        // The step's event is one more of the chain.
        if self.events().last().is_some_and(|event| event.depth >= MAX_DEPTH) {
            return Err(wit::CasesError::Other(format!("the chain of causes is longer than {MAX_DEPTH}")));
        }
        Ok(())
    }

    fn drafted(&self, draft: wit::Draft) -> Answer<Draft> {
        let draft =
            Draft::read(&lower::draft(draft), &self.context.module.township).map_err(|error| self.said(&error))?;
        if draft.key.is_empty() { Err(invalid("key: needed: the module's own name for the case")) } else { Ok(draft) }
    }

    /// Who makes a step: in a batch the module, on a public page the link, else the person; nobody who is not signed in.
    fn actor(&self) -> Answer<Actor> {
        match (&self.call, &self.viewer, &self.link) {
            (Call::Batch(_), ..) => Ok(Actor::Module(self.context.module.plugin.clone())),
            (_, Some(viewer), _) => Ok(Actor::Person {
                account: viewer.account.clone(),
                powers: viewer.powers,
                acts_for: viewer.acts_for.clone(),
            }),
            (_, None, Some(link)) => Ok(Actor::Link(link.clone())),
            (_, None, None) => {
                let (zh, en) = ("请先登录", "needs a person who is signed in");
                Err(wit::CasesError::Refused(if self.english { en } else { zh }.to_owned()))
            }
        }
    }

    /// Why not, in the language of whoever asked; in a batch for the log.
    fn said(&self, error: &CaseError) -> wit::CasesError {
        let is_english = self.english || matches!(self.call, Call::Batch(_));
        let words = if is_english { error.to_string() } else { error.zh() };
        match error {
            CaseError::Invalid(_) => wit::CasesError::Invalid(words),
            CaseError::Refused(_) => wit::CasesError::Refused(words),
        }
    }

    /// The module's case as it stands for this run.
    async fn standing(&self, id: &str) -> wasmtime::Result<Option<Case>> {
        let Ok(id) = id.parse::<CaseId>() else { return Ok(None) };
        if let Some(own) = self.cases.get(&id) {
            return Ok(Some(own.clone()));
        }
        let port = self.context.ports.cases.clone();
        self.ask("cases.get", port.get(&self.context.module, &id)).await
    }

    /// The module's case with this key as it stands for this run.
    async fn known_by_key(&self, key: &str) -> wasmtime::Result<Option<Case>> {
        if let Some(own) = self.cases.by_key(key) {
            return Ok(Some(own.clone()));
        }
        let port = self.context.ports.cases.clone();
        self.ask("cases.by-key", port.by_key(&self.context.module, key)).await
    }

    async fn rules(&self) -> wasmtime::Result<std::sync::Arc<xl_model::case::Rules>> {
        let port = self.context.ports.cases.clone();
        self.ask("cases.rules", port.rules(&self.context.module.township)).await
    }

    /// The number of a new case; the commit is refused when somebody else took it meanwhile, and the run repeated.
    async fn next_id(&mut self, key: &str) -> wasmtime::Result<CaseId> {
        let (township, year) = (self.context.module.township.clone(), Day::in_china(self.now_ms).year());
        let question = format!("cases.number {key}");
        let number = match self.answers.known::<u32>(&question) {
            Known::Recorded(number) => number,
            Known::Missing | Known::Live => {
                let port = self.context.ports.cases.clone();
                let next = self.ask("cases.open", port.next_number(&township, year)).await?;
                next.saturating_add(self.cases.opened())
            }
        };
        self.answers.keep(question, &number)?;
        Ok(CaseId::of(&township, year, number))
    }

    /// Takes a step into the run's effects.
    fn take(&mut self, before: Option<u32>, moved: Moved) -> wasmtime::Result<()> {
        let cause = self.events().last().map_or(0, |event| event.seq);
        let Moved { case, past } = moved;
        let bytes = ROW_BYTES + case.data.len() + case.description.len() + past.note.as_ref().map_or(0, String::len);
        self.cases.note(case.clone());
        self.want(Effect::MoveCase { before, case: Box::new(case), past: Box::new(past), cause }, bytes)
    }

    /// Whether the module may show all these pictures: those of its events, those it opened, those of granted cameras
    /// and of its own pages.
    async fn may_show(&mut self, pictures: &[Digest]) -> wasmtime::Result<bool> {
        for picture in pictures {
            let brought = self.events().iter().flat_map(|event| &event.pictures).any(|known| known.sha256 == *picture);
            if brought || self.opened.contains_key(picture) {
                continue;
            }
            let port = self.context.ports.cameras.clone();
            let found = port.provenance(&self.context.module, picture);
            let found = self.ask("cases.pictures", found).await?;
            let (module, grants) = (&self.context.module, self.context.grants.now());
            if !found.is_some_and(|found| is_of(&found.origin, &module.plugin, &grants.cameras)) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

fn invalid(detail: &str) -> wit::CasesError {
    wit::CasesError::Invalid(detail.to_owned())
}
