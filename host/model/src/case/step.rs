//! Steps: what is done with a case.

use serde::Deserialize;
use serde::Serialize;

use crate::case::error::CaseError;
use crate::case::error::FieldFault;
use crate::case::limit::Limit;
use crate::case::limit::LimitForm;
use crate::case::text;
use crate::event::MAX_PICTURES;
use crate::id::AccountName;
use crate::id::Digest;
use crate::id::UnitId;

/// Longest note, in characters.
pub const MAX_NOTE: usize = 1_000;

/// What is done with a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepName {
    /// 上报: it begins.
    Open,
    /// 核实.
    Verify,
    /// 立案.
    File,
    /// 不予立案.
    Reject,
    /// 派遣.
    Dispatch,
    /// 退回.
    Return,
    /// 接收.
    Accept,
    /// 开始处置.
    Start,
    /// 完成阶段: one of several handling limits in sequence is met; the next runs.
    Phase,
    /// 申请延期.
    RequestExtension,
    /// 同意延期.
    ApproveExtension,
    /// 不同意延期.
    DenyExtension,
    /// 挂账.
    Suspend,
    /// 恢复处置.
    Resume,
    /// 反馈.
    Feedback,
    /// 核查.
    Check,
    /// 结案.
    Close,
    /// 返工.
    Rework,
    /// 评价.
    Evaluate,
    /// 作废.
    Void,
    /// 重新立案.
    Reopen,
    /// 指定经办人.
    Assign,
    /// 上报上级.
    Escalate,
    /// 备注.
    Comment,
    /// 超期: a limit has ended unkept; made by the clock, once a limit.
    Overdue,
    /// 重新计时: the calendar changed; made by the clock.
    Recalculate,
}

impl StepName {
    /// All of them.
    pub const ALL: [Self; 26] = [
        Self::Open,
        Self::Verify,
        Self::File,
        Self::Reject,
        Self::Dispatch,
        Self::Return,
        Self::Accept,
        Self::Start,
        Self::Phase,
        Self::RequestExtension,
        Self::ApproveExtension,
        Self::DenyExtension,
        Self::Suspend,
        Self::Resume,
        Self::Feedback,
        Self::Check,
        Self::Close,
        Self::Rework,
        Self::Evaluate,
        Self::Void,
        Self::Reopen,
        Self::Assign,
        Self::Escalate,
        Self::Comment,
        Self::Overdue,
        Self::Recalculate,
    ];

    /// Its word in requests, answers and `wit/cases.wit`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Verify => "verify",
            Self::File => "file",
            Self::Reject => "reject",
            Self::Dispatch => "dispatch",
            Self::Return => "return",
            Self::Accept => "accept",
            Self::Start => "start",
            Self::Phase => "phase",
            Self::RequestExtension => "request-extension",
            Self::ApproveExtension => "approve-extension",
            Self::DenyExtension => "deny-extension",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Feedback => "feedback",
            Self::Check => "check",
            Self::Close => "close",
            Self::Rework => "rework",
            Self::Evaluate => "evaluate",
            Self::Void => "void",
            Self::Reopen => "reopen",
            Self::Assign => "assign",
            Self::Escalate => "escalate",
            Self::Comment => "comment",
            Self::Overdue => "overdue",
            Self::Recalculate => "recalculate",
        }
    }

    /// The step of a word that somebody can ask for: neither `open` nor what only the clock does.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.is_asked_for() && step.word() == word)
    }

    /// Whether somebody can ask for it; `open` is made with a draft, `overdue` and `recalculate` by the clock.
    pub fn is_asked_for(self) -> bool {
        !matches!(self, Self::Open | Self::Overdue | Self::Recalculate)
    }

    /// What it is called in English and Chinese.
    pub fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Open => ("Report", "上报"),
            Self::Verify => ("Verify", "核实"),
            Self::File => ("File", "立案"),
            Self::Reject => ("Reject", "不予立案"),
            Self::Dispatch => ("Dispatch", "派遣"),
            Self::Return => ("Return", "退回"),
            Self::Accept => ("Accept", "接收"),
            Self::Start => ("Start work", "开始处置"),
            Self::Phase => ("Finish phase", "完成阶段"),
            Self::RequestExtension => ("Ask for an extension", "申请延期"),
            Self::ApproveExtension => ("Approve extension", "同意延期"),
            Self::DenyExtension => ("Deny extension", "不同意延期"),
            Self::Suspend => ("Suspend", "挂账"),
            Self::Resume => ("Resume", "恢复处置"),
            Self::Feedback => ("Give feedback", "反馈"),
            Self::Check => ("Check", "核查"),
            Self::Close => ("Close", "结案"),
            Self::Rework => ("Send back for rework", "返工"),
            Self::Evaluate => ("Evaluate", "评价"),
            Self::Void => ("Void", "作废"),
            Self::Reopen => ("Reopen", "重新立案"),
            Self::Assign => ("Assign", "指定经办人"),
            Self::Escalate => ("Escalate", "上报上级"),
            Self::Comment => ("Comment", "备注"),
            Self::Overdue => ("Overdue", "超期"),
            Self::Recalculate => ("Limits reckoned anew", "重新计时"),
        }
    }
}

/// A step as it is asked for, unchecked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StepForm {
    /// A word of [`StepName::word`].
    pub name: String,
    /// In words.
    pub note: Option<String>,
    /// The unit.
    pub unit: Option<String>,
    /// The account.
    pub handler: Option<String>,
    /// The extension asked for, or a limit other than the table's.
    pub limit: Option<LimitForm>,
    /// SHA-256 of pictures.
    pub pictures: Vec<String>,
}

/// A step whose fields are well-formed; whether it can be made is for [`crate::case::Case::take`] to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub name: StepName,
    /// In words, at most [`MAX_NOTE`] characters.
    pub note: Option<String>,
    /// The unit, of `dispatch` and `escalate`.
    pub unit: Option<UnitId>,
    /// The account, of `assign`.
    pub handler: Option<AccountName>,
    /// The extension asked for, or a limit other than the table's with `dispatch`.
    pub limit: Option<Limit>,
    /// Pictures, at most [`MAX_PICTURES`].
    pub pictures: Vec<Digest>,
}

impl Step {
    /// A step with nothing but its name.
    pub fn new(name: StepName) -> Self {
        Self { name, note: None, unit: None, handler: None, limit: None, pictures: Vec::new() }
    }

    /// Reads a step as it was asked for; empty texts count as none.
    ///
    /// # Errors
    /// [`CaseError::Invalid`] with each field that is wrong.
    pub fn read(form: &StepForm) -> Result<Self, CaseError> {
        let mut faults = Vec::new();
        let name = StepName::of(&form.name);
        if name.is_none() {
            let words: Vec<&str> =
                StepName::ALL.into_iter().filter(|step| step.is_asked_for()).map(StepName::word).collect();
            let words = words.join(", ");
            faults.push(FieldFault::new("name", format!("one of {words}"), format!("应为下列之一：{words}")));
        }
        let note = text::block(&mut faults, "note", form.note.as_deref(), MAX_NOTE);
        let unit = text::id(&mut faults, "unit", form.unit.as_deref());
        let handler = text::id(&mut faults, "handler", form.handler.as_deref());
        let limit = form.limit.as_ref().and_then(|limit| limit.read().map_err(|fault| faults.push(fault)).ok());
        let pictures = text::pictures(&mut faults, &form.pictures, MAX_PICTURES);
        match name {
            Some(name) if faults.is_empty() => Ok(Self { name, note, unit, handler, limit, pictures }),
            _ => Err(CaseError::Invalid(faults)),
        }
    }
}
