//! Where a case can stand.

use serde::Deserialize;
use serde::Serialize;

/// A stage of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// 已上报.
    Reported,
    /// 核实中.
    Verifying,
    /// 已立案.
    Filed,
    /// 已派遣.
    Dispatched,
    /// 已退回, by the unit to the desk.
    Returned,
    /// 已接收, by the unit.
    Accepted,
    /// 处置中.
    Processing,
    /// 申请延期.
    ExtensionRequested,
    /// 挂账: the handling limit stands still.
    Suspended,
    /// 已反馈.
    Feedback,
    /// 核查中.
    Checking,
    /// 返工.
    Rework,
    /// 已结案.
    Closed,
    /// 已评价.
    Evaluated,
    /// 不予立案.
    Rejected,
    /// 废案.
    Voided,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::Reported,
        Self::Verifying,
        Self::Filed,
        Self::Dispatched,
        Self::Returned,
        Self::Accepted,
        Self::Processing,
        Self::ExtensionRequested,
        Self::Suspended,
        Self::Feedback,
        Self::Checking,
        Self::Rework,
        Self::Closed,
        Self::Evaluated,
        Self::Rejected,
        Self::Voided,
    ];

    /// Its word in requests, answers and `wit/cases.wit`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Verifying => "verifying",
            Self::Filed => "filed",
            Self::Dispatched => "dispatched",
            Self::Returned => "returned",
            Self::Accepted => "accepted",
            Self::Processing => "processing",
            Self::ExtensionRequested => "extension-requested",
            Self::Suspended => "suspended",
            Self::Feedback => "feedback",
            Self::Checking => "checking",
            Self::Rework => "rework",
            Self::Closed => "closed",
            Self::Evaluated => "evaluated",
            Self::Rejected => "rejected",
            Self::Voided => "voided",
        }
    }

    /// The stage of a word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.word() == word)
    }

    /// What it is called in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Reported => "已上报",
            Self::Verifying => "核实中",
            Self::Filed => "已立案",
            Self::Dispatched => "已派遣",
            Self::Returned => "已退回",
            Self::Accepted => "已接收",
            Self::Processing => "处置中",
            Self::ExtensionRequested => "申请延期",
            Self::Suspended => "挂账",
            Self::Feedback => "已反馈",
            Self::Checking => "核查中",
            Self::Rework => "返工",
            Self::Closed => "已结案",
            Self::Evaluated => "已评价",
            Self::Rejected => "不予立案",
            Self::Voided => "废案",
        }
    }

    /// What it is called in English.
    pub fn en(self) -> &'static str {
        match self {
            Self::ExtensionRequested => "extension requested",
            other => other.word(),
        }
    }

    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Closed | Self::Evaluated | Self::Rejected | Self::Voided)
    }

    /// The status that Open311 knows for it; the stage itself goes into `status_notes`.
    pub fn open311(self) -> &'static str {
        if self.is_open() { "open" } else { "closed" }
    }
}
