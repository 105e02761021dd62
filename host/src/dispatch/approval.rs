//! Moving a module to another build: at once when it asks for the same or less, else when somebody approved it.
//!
//! What waits is a row of the store, so it outlives a restart; what it asks for is compared with the build that runs whenever
//! somebody looks. Never to an earlier version, except by a rollback, which is on purpose.

use std::cmp::Ordering;
use std::sync::Arc;

use serde_json::Value;
use xl_model::clock::TimestampMs;
use xl_model::grant::Grants;
use xl_model::id::Digest;
use xl_model::id::ModuleKey;
use xl_model::id::PluginId;
use xl_model::manifest::Manifest;
use xl_model::manifest::Text;
use xl_model::module::Module;
use xl_model::version;
use xl_runtime::Plugin;
use xl_store::StoreError;
use xl_store::modules::Plugin as Installed;
use xl_store::modules::WaitingUpgrade;

use super::Command;
use super::ModuleError;
use super::Modules;
use super::SelfTest;
use super::Standing;
use super::Swap;
use super::approve;
use super::is_of;
use super::more;
use super::upgrade;

/// Which build of a plugin somebody means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// This very build.
    pub digest: Option<Digest>,
    /// The newest build of this version; the highest version when neither is said.
    pub version: Option<String>,
}

/// Another build for a module, and what comes with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// The build.
    pub digest: Digest,
    /// Settings; `None`: those that hold.
    pub settings: Option<Value>,
    /// Grants; `None`: those that hold.
    pub grants: Option<Grants>,
}

/// What came of a wish.
#[derive(Debug, Clone, PartialEq)]
pub enum Upgraded {
    /// The build runs.
    Runs(SelfTest),
    /// It asks for more than what runs and waits for an approval.
    Waits(Box<Waiting>),
}

/// An upgrade that waits for an approval.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// The build.
    pub build: Installed,
    /// Who vouches for it.
    pub standing: Standing,
    /// What it asks for beyond what runs, a text each.
    pub more: Vec<Text>,
    /// Settings that come with it; `None`: those that hold.
    pub settings: Option<Value>,
    /// Grants that come with it; `None`: those that hold.
    pub grants: Option<Grants>,
    /// Who wanted it.
    pub asked_by: String,
    /// When.
    pub asked_ms: TimestampMs,
}

impl Modules {
    /// The installed build that somebody means.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`].
    pub async fn build(&self, plugin: &PluginId, choice: &Choice) -> Result<Digest, ModuleError> {
        let builds = self.plugins().await?.into_iter().filter(|build| build.manifest.id == *plugin);
        let fits = |build: &Installed| {
            choice.digest.as_ref().is_none_or(|digest| *digest == build.digest)
                && choice.version.as_ref().is_none_or(|version| *version == build.manifest.version)
        };
        // Of builds of one version the first is the newest; `max_by` would take the last.
        let best = builds.filter(fits).reduce(|best, next| {
            match version::order(&next.manifest.version, &best.manifest.version) {
                Ordering::Greater => next,
                Ordering::Equal | Ordering::Less => best,
            }
        });
        let wanted = choice.digest.as_ref().map(ToString::to_string).or_else(|| choice.version.clone());
        let id = wanted.map_or_else(|| plugin.to_string(), |wanted| format!("{plugin} {wanted}"));
        best.map(|build| build.digest).ok_or(ModuleError::NotFound { what: "plugin build", id })
    }

    /// How an installed build stands with this hub.
    pub fn standing(&self, build: &Installed) -> Standing {
        self.parts.builds.trust().standing(build)
    }

    /// Moves a module to another build between two batches, after a self-test on recorded events; or lets that wait when the
    /// build asks for more than the one that runs.
    ///
    /// # Errors
    /// [`ModuleError::Downgrade`]; [`ModuleError::SelfTest`] when the new build fails where the old one did not.
    pub async fn upgrade(&self, key: &ModuleKey, wish: Wish, by: &str) -> Result<Upgraded, ModuleError> {
        let (module, runs) = self.running(key).await?;
        let plugin = self.later(key, &module, &runs, &wish.digest).await?;
        if let Some(settings) = &wish.settings {
            approve::settings(plugin.manifest(), settings)?;
        }
        if let Some(grants) = &wish.grants {
            approve::grants(plugin.manifest(), grants)?;
            approve::quotas(plugin.manifest(), grants.quotas)?;
        }
        let build = self.installed(&wish.digest).await?;
        let more = self.more(&runs, &build);
        if more.is_empty() {
            return self.go_over(&module, plugin, wish.settings, wish.grants).await.map(Upgraded::Runs);
        }
        let Wish { digest, settings, grants } = wish;
        let row = WaitingUpgrade { digest, settings, grants, asked_by: by.to_owned(), asked_ms: self.now_ms() };
        self.parts.store.let_upgrade_wait(key, row.clone()).await.map_err(ModuleError::Store)?;
        Ok(Upgraded::Waits(Box::new(self.told(row, build, more))))
    }

    /// The upgrade of a module that waits for an approval.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn waiting(&self, module: &Module) -> Result<Option<Waiting>, ModuleError> {
        let row = self.parts.store.waiting_upgrade(&module.key).await.map_err(ModuleError::Store)?;
        let Some(row) = row else { return Ok(None) };
        let (runs, build) = (self.installed(&module.digest).await?, self.installed(&row.digest).await?);
        let more = self.more(&runs, &build);
        Ok(Some(self.told(row, build, more)))
    }

    /// Approves the upgrade that waits; settings and grants that are given go before those that were asked for.
    ///
    /// # Errors
    /// [`ModuleError::NothingWaits`] also when another build waits than the one that was looked at; else as for
    /// [`Modules::upgrade`]: the upgrade goes on waiting then.
    pub async fn approve(&self, key: &ModuleKey, wish: Wish) -> Result<SelfTest, ModuleError> {
        let (module, runs) = self.running(key).await?;
        let row = self.parts.store.waiting_upgrade(key).await.map_err(ModuleError::Store)?;
        let row = row.filter(|row| row.digest == wish.digest).ok_or_else(|| nothing_waits(key, &wish.digest))?;
        let plugin = self.later(key, &module, &runs, &row.digest).await?;
        if let Some(grants) = &wish.grants {
            approve::quotas(plugin.manifest(), grants.quotas)?;
        }
        self.go_over(&module, plugin, wish.settings.or(row.settings), wish.grants.or(row.grants)).await
    }

    /// Grants that hold once the upgrade that waits is approved with `given`.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`].
    pub async fn grants_after(&self, key: &ModuleKey, given: Option<&Grants>) -> Result<Grants, ModuleError> {
        let row = self.parts.store.waiting_upgrade(key).await.map_err(ModuleError::Store)?;
        match given.cloned().or_else(|| row.and_then(|row| row.grants)) {
            Some(grants) => Ok(grants),
            None => Ok(self.status(key).await?.module.grants),
        }
    }

    /// Refuses the upgrade that waits; the build that runs goes on.
    ///
    /// # Errors
    /// [`ModuleError::NothingWaits`].
    pub async fn refuse(&self, key: &ModuleKey, digest: &Digest) -> Result<(), ModuleError> {
        match self.parts.store.forget_upgrade(key, digest).await {
            Err(StoreError::NotFound { .. }) => Err(nothing_waits(key, digest)),
            other => other.map_err(ModuleError::Store),
        }
    }

    /// Moves a module back to the build before the last upgrade, between two batches.
    ///
    /// # Errors
    /// [`ModuleError::State`] when there is none.
    pub async fn roll_back(&self, key: &ModuleKey) -> Result<Module, ModuleError> {
        let (module, _) = self.running(key).await?;
        let previous = module.previous.clone();
        let previous =
            previous.ok_or_else(|| ModuleError::State { detail: "the module was never upgraded".to_owned() })?;
        let plugin = self.parts.builds.get(&previous).await?;
        let from = module.digest.clone();
        self.swap(Swap { from, plugin, settings: None, grants: None, withdrawal: None }, key).await
    }

    /// A module with the build that runs it, also one that is not run because nobody vouches for its build any more.
    async fn running(&self, key: &ModuleKey) -> Result<(Module, Installed), ModuleError> {
        let module = match self.seated(key) {
            Some(seat) => Some(seat.shared.current().module.as_ref().clone()),
            None => self.parts.store.module(key).await.map_err(ModuleError::Store)?,
        };
        let module = module.ok_or_else(|| ModuleError::no_module(key))?;
        let runs = self.installed(&module.digest).await?;
        Ok((module, runs))
    }

    /// The build of a wish, when it is one of this plugin, another one than runs, and no earlier version.
    async fn later(
        &self,
        key: &ModuleKey,
        module: &Module,
        runs: &Installed,
        digest: &Digest,
    ) -> Result<Arc<Plugin>, ModuleError> {
        if module.digest == *digest {
            return Err(ModuleError::State { detail: "the module runs this build already".to_owned() });
        }
        let plugin = self.parts.builds.get(digest).await?;
        is_of(key, plugin.manifest(), digest)?;
        let (runs, wanted) = (&runs.manifest.version, &plugin.manifest().version);
        if version::order(wanted, runs) == Ordering::Less {
            return Err(ModuleError::Downgrade { runs: runs.clone(), wanted: wanted.clone() });
        }
        Ok(plugin)
    }

    /// Approves settings and grants against the new build, tries it on recorded events, and swaps. What the grants lack is
    /// withdrawn before the events are tried, and given back when that fails.
    async fn go_over(
        &self,
        module: &Module,
        plugin: Arc<Plugin>,
        settings: Option<Value>,
        grants: Option<Grants>,
    ) -> Result<SelfTest, ModuleError> {
        let mut after = module.clone();
        after.settings = settings.clone().unwrap_or(after.settings);
        after.grants = grants.clone().unwrap_or(after.grants);
        approve::settings(plugin.manifest(), &after.settings)?;
        approve::grants(plugin.manifest(), &after.grants)?;
        let (found, withdrawal) = match self.seat(&module.key).await {
            Ok(seat) => {
                let withdrawal = grants.clone().map(|grants| seat.shared.withdraw(grants));
                (upgrade::self_test(&self.parts, &seat.shared.current(), plugin.clone(), after).await?, withdrawal)
            }
            // What nobody vouches for is not run, not even to compare.
            Err(ModuleError::Untrusted(_)) => (SelfTest::default(), None),
            Err(error) => return Err(error),
        };
        self.swap(Swap { from: module.digest.clone(), plugin, settings, grants, withdrawal }, &module.key).await?;
        Ok(found)
    }

    async fn swap(&self, swap: Swap, key: &ModuleKey) -> Result<Module, ModuleError> {
        match self.seat(key).await {
            Ok(seat) => seat.ask(|answer| Command::Swap(swap, answer)).await,
            Err(ModuleError::Untrusted(_)) => {
                let Swap { plugin, settings, grants, .. } = swap;
                let collections = plugin.manifest().collections.clone();
                let swapped = self.parts.store.swap_module(key, plugin.digest(), settings, grants, collections).await;
                let module = swapped.map_err(ModuleError::Store)?;
                self.seat_module(module.clone()).await?;
                Ok(module)
            }
            Err(error) => Err(error),
        }
    }

    /// What a build asks for beyond the one that runs, who vouches for it included.
    fn more(&self, runs: &Installed, build: &Installed) -> Vec<Text> {
        let (old, new) = (self.standing(runs), self.standing(build));
        let publisher = more::publisher(old.publisher(), new.publisher());
        publisher.into_iter().chain(more::more(&runs.manifest, &build.manifest)).collect()
    }

    fn told(&self, row: WaitingUpgrade, build: Installed, more: Vec<Text>) -> Waiting {
        let WaitingUpgrade { settings, grants, asked_by, asked_ms, .. } = row;
        Waiting { standing: self.standing(&build), build, more, settings, grants, asked_by, asked_ms }
    }

    /// An installed build.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`].
    pub async fn installed(&self, digest: &Digest) -> Result<Installed, ModuleError> {
        let missing = || ModuleError::NotFound { what: "plugin build", id: digest.to_string() };
        self.plugins().await?.into_iter().find(|build| build.digest == *digest).ok_or_else(missing)
    }

    fn now_ms(&self) -> TimestampMs {
        self.parts.clock.now_ms()
    }

    /// The manifest of an installed build.
    ///
    /// # Errors
    /// [`ModuleError::NotFound`].
    pub async fn manifest(&self, digest: &Digest) -> Result<Arc<Manifest>, ModuleError> {
        // Each page of a module asks for it: that of a build in use is in memory.
        match self.parts.builds.in_use(digest) {
            Some(plugin) => Ok(Arc::new(plugin.manifest().clone())),
            None => Ok(Arc::new(self.installed(digest).await?.manifest)),
        }
    }
}

fn nothing_waits(key: &ModuleKey, digest: &Digest) -> ModuleError {
    ModuleError::NothingWaits { module: key.clone(), digest: digest.clone() }
}
