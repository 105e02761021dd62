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
    /// Enable, set, upgrade and switch off modules.
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
}
