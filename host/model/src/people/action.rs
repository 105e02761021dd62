//! What can be done, as far as one answer is enough for it. Each route names one; the table says who may.

/// Something that somebody may do or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Change one's own password, second factor, sessions and keys.
    OwnAccount,
    /// Read what fault codes mean and how the API is called.
    ReadManual,
    /// Read the metrics of the hub.
    ReadMetrics,
    /// Read the names of places.
    ReadPlaces,
    /// Enter and change places.
    EditPlaces,
    /// Read where logs exist and the events in them.
    ReadEvents,
    /// Publish events as a program.
    PublishEvents,
    /// See pictures.
    ReadPictures,
    /// Read the register of cameras.
    ReadCameras,
    /// Register, change and remove cameras, their passwords included.
    EditCameras,
    /// Read where cameras stand and stood, and the rates.
    ReadStatus,
    /// Declare that a camera is worked on.
    DeclareMaintenance,
    /// Take a picture now.
    TakePictures,
    /// Move a camera.
    MoveCameras,
    /// Ask a registered camera what works.
    ProbeCameras,
    /// Ask an address, or a whole network, for cameras.
    SearchCameras,
    /// See the publishers that wait, and decide about them.
    DecideWaiting,
    /// Read the logins of cameras.
    ReadDevices,
    /// Give, renew and withdraw the logins of cameras.
    EditDevices,
    /// Read what was refused.
    ReadRefusals,
    /// Read installed builds.
    ReadPlugins,
    /// Install a build.
    InstallPlugins,
    /// Read modules and their settings.
    ReadModules,
    /// Enable, set, upgrade, switch off and switch on modules.
    EditModules,
    /// Read a module's log, dead letters and links.
    ReadModuleCare,
    /// Try dead letters again and start suspended modules.
    CareForModules,
    /// Open pages of modules.
    ReadPages,
    /// Press buttons on pages of modules.
    ActOnPages,
    /// Read who has an account and with which roles.
    ReadPeople,
    /// Make accounts, give and take roles, disable.
    EditPeople,
    /// Read who looked at which camera, and why.
    ReadLooks,
    /// Read what is held from deletion, and what retention removed.
    ReadHolds,
    /// Hold something from deletion, lift holds, and read the records that only holds keep.
    EditHolds,
    /// Read who did what.
    ReadAudit,
    /// Agree to what somebody else asked for; never to one's own.
    ApproveRequests,
    /// Read how requests of people about their information stand; who asks and what for stays sealed.
    ReadRequests,
    /// Read which pictures were given out, to whom and why.
    ReadExports,
    /// Ask for pictures to be given out, fetch them, and confirm that they were destroyed.
    AskExports,
    /// Take up, open, answer and refuse requests of people, and file those that came on paper.
    HandleRequests,
    /// Read cases, their history and the figures over them.
    ReadCases,
    /// Open cases.
    ReportCases,
    /// Verify, file, dispatch, suspend, close, void and reopen cases, decide about extensions.
    FileCases,
    /// Accept cases, work on them, give feedback.
    HandleCases,
    /// Verify and check cases on the spot.
    CheckCases,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 44] = [
        Self::OwnAccount,
        Self::ReadManual,
        Self::ReadMetrics,
        Self::ReadPlaces,
        Self::EditPlaces,
        Self::ReadEvents,
        Self::PublishEvents,
        Self::ReadPictures,
        Self::ReadCameras,
        Self::EditCameras,
        Self::ReadStatus,
        Self::DeclareMaintenance,
        Self::TakePictures,
        Self::MoveCameras,
        Self::ProbeCameras,
        Self::SearchCameras,
        Self::DecideWaiting,
        Self::ReadDevices,
        Self::EditDevices,
        Self::ReadRefusals,
        Self::ReadPlugins,
        Self::InstallPlugins,
        Self::ReadModules,
        Self::EditModules,
        Self::ReadModuleCare,
        Self::CareForModules,
        Self::ReadPages,
        Self::ActOnPages,
        Self::ReadPeople,
        Self::EditPeople,
        Self::ReadLooks,
        Self::ReadHolds,
        Self::EditHolds,
        Self::ReadAudit,
        Self::ApproveRequests,
        Self::ReadRequests,
        Self::ReadExports,
        Self::AskExports,
        Self::HandleRequests,
        Self::ReadCases,
        Self::ReportCases,
        Self::FileCases,
        Self::HandleCases,
        Self::CheckCases,
    ];

    /// What of a township is read by this, as the audit log calls it.
    ///
    /// Nothing where nothing is read by it, where what is read is public or the hub's own, and for pictures, of which each look has a
    /// row of its own.
    pub fn reads(self) -> Option<&'static str> {
        Some(match self {
            Self::ReadEvents => "events",
            // Who may change a camera or a module is shown what holds, and what waits.
            Self::ReadCameras | Self::EditCameras => "cameras",
            Self::ReadStatus => "status",
            Self::ReadDevices => "logins of cameras",
            Self::ReadRefusals => "refusals",
            Self::ReadModules | Self::EditModules => "modules",
            Self::ReadModuleCare => "logs of modules",
            Self::ReadPages => "pages of modules",
            Self::ReadPeople => "accounts",
            Self::ReadLooks => "looks",
            Self::ReadHolds => "holds",
            Self::ReadAudit => "audit log",
            Self::ReadRequests => "requests",
            Self::ReadExports => "exports",
            Self::ReadCases => "cases",
            Self::OwnAccount
            | Self::ReadManual
            | Self::ReadMetrics
            | Self::ReadPlaces
            | Self::EditPlaces
            | Self::PublishEvents
            | Self::ReadPictures
            | Self::DeclareMaintenance
            | Self::TakePictures
            | Self::MoveCameras
            | Self::ProbeCameras
            | Self::SearchCameras
            | Self::DecideWaiting
            | Self::EditDevices
            | Self::ReadPlugins
            | Self::InstallPlugins
            | Self::CareForModules
            | Self::ActOnPages
            | Self::EditPeople
            | Self::EditHolds
            | Self::ApproveRequests
            | Self::AskExports
            | Self::HandleRequests
            | Self::ReportCases
            | Self::FileCases
            | Self::HandleCases
            | Self::CheckCases => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_reads_something_of_a_township_has_a_word_in_the_audit_log() {
        let is_reading = |action: &Action| format!("{action:?}").starts_with("Read");
        let (reading, changing): (Vec<Action>, Vec<Action>) = Action::ALL.into_iter().partition(is_reading);
        let without: Vec<Action> = reading.into_iter().filter(|action| action.reads().is_none()).collect();
        assert_eq!(
            without,
            [Action::ReadManual, Action::ReadMetrics, Action::ReadPlaces, Action::ReadPictures, Action::ReadPlugins]
        );
        let with: Vec<Action> = changing.into_iter().filter(|action| action.reads().is_some()).collect();
        assert_eq!(with, [Action::EditCameras, Action::EditModules]);
    }
}
