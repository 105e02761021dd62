//! Requests of people about their personal information: what is asked for, and how a request goes on.
//!
//! Order 799 article 21 and PIPL articles 44 to 50. Who asks and what for is sealed elsewhere; no person stands here.

pub mod reference;

use serde::Deserialize;
use serde::Serialize;

/// What numbers and secrets of requests are written with: Crockford's base 32, which nobody misreads.
pub const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What somebody asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestKind {
    /// 查阅: to see what is kept about him (PIPL 45; Order 799, article 21).
    View,
    /// 复制: to have a copy (PIPL 45).
    Copy,
    /// 更正: to have it corrected (PIPL 46).
    Correct,
    /// 删除: to have it deleted (PIPL 47).
    Delete,
    /// 投诉: to complain about a camera or a use of it (PIPL 50, 65).
    Complain,
}

impl RequestKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::View, Self::Copy, Self::Correct, Self::Delete, Self::Complain];

    /// Its word in requests.
    pub fn word(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Copy => "copy",
            Self::Correct => "correct",
            Self::Delete => "delete",
            Self::Complain => "complain",
        }
    }

    /// Whether it is known who asks before anything is done: a complaint may come without a name.
    pub fn needs_identity(self) -> bool {
        self != Self::Complain
    }
}

/// How far a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RequestState {
    /// 已收到.
    Received,
    /// 已核验身份.
    Checked,
    /// 办理中.
    InWork,
    /// 已答复.
    Answered,
    /// 不予办理, with a written reason.
    Refused,
    /// 已撤回 by who asked.
    Withdrawn,
}

impl RequestState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Received, Self::Checked, Self::InWork, Self::Answered, Self::Refused, Self::Withdrawn];

    /// Its word in requests.
    pub fn word(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Checked => "checked",
            Self::InWork => "in-work",
            Self::Answered => "answered",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether something is still to be done.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Received | Self::Checked | Self::InWork)
    }
}

/// What is done to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Who asks is who he says, or may speak for him.
    Check,
    /// It is taken up.
    Begin,
    /// It is answered, in words for whoever asked.
    Answer,
    /// It is refused, with the reason in writing.
    Refuse,
    /// It needs longer, once, with the reason in writing.
    Extend,
    /// Whoever asked does not ask any more.
    Withdraw,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Check, Self::Begin, Self::Answer, Self::Refuse, Self::Extend, Self::Withdraw];

    /// Its word in requests.
    pub fn word(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Begin => "begin",
            Self::Answer => "answer",
            Self::Refuse => "refuse",
            Self::Extend => "extend",
            Self::Withdraw => "withdraw",
        }
    }

    /// Whether it is put in writing for whoever asked.
    pub fn needs_words(self) -> bool {
        matches!(self, Self::Answer | Self::Refuse | Self::Extend)
    }

    /// The state after it; nothing where it does not follow.
    pub fn after(self, kind: RequestKind, state: RequestState) -> Option<RequestState> {
        if !state.is_open() {
            return None;
        }
        match (self, state) {
            (Self::Check, RequestState::Received) => Some(RequestState::Checked),
            (Self::Begin, RequestState::Checked) => Some(RequestState::InWork),
            (Self::Begin, RequestState::Received) if !kind.needs_identity() => Some(RequestState::InWork),
            (Self::Answer, RequestState::InWork) => Some(RequestState::Answered),
            (Self::Refuse, _) => Some(RequestState::Refused),
            (Self::Withdraw, _) => Some(RequestState::Withdrawn),
            (Self::Extend, state) => Some(state),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(kind: RequestKind, state: RequestState) -> Vec<(Step, RequestState)> {
        Step::ALL.into_iter().filter_map(|step| Some((step, step.after(kind, state)?))).collect()
    }

    #[test]
    fn a_request_goes_through_its_states_and_never_back() {
        use RequestState as S;
        let anywhere = |state| [(Step::Refuse, S::Refused), (Step::Extend, state), (Step::Withdraw, S::Withdrawn)];
        for (kind, state, first) in [
            (RequestKind::View, S::Received, Some((Step::Check, S::Checked))),
            (RequestKind::View, S::Checked, Some((Step::Begin, S::InWork))),
            (RequestKind::View, S::InWork, Some((Step::Answer, S::Answered))),
        ] {
            let expected: Vec<_> = first.into_iter().chain(anywhere(state)).collect();
            assert_eq!(steps(kind, state), expected, "{kind:?} {state:?}");
        }
        for kind in RequestKind::ALL {
            for state in [S::Answered, S::Refused, S::Withdrawn] {
                assert_eq!(steps(kind, state), [], "{kind:?} {state:?}");
            }
        }
    }

    #[test]
    fn only_a_complaint_is_taken_up_without_knowing_who_complains() {
        for kind in RequestKind::ALL {
            let begun = Step::Begin.after(kind, RequestState::Received);
            assert_eq!(begun.is_some(), kind == RequestKind::Complain, "{kind:?}");
        }
    }

    #[test]
    fn a_word_is_what_serde_writes() {
        for kind in RequestKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
        for state in RequestState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.word());
        }
        for step in Step::ALL {
            assert_eq!(serde_json::to_value(step).unwrap(), step.word());
        }
    }
}
