//! Why a clue does not go on.

use xl_plugin::day::Day;

use crate::consent::Purpose;
use crate::procedure::State;

/// Why a step is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody answers for it.
    NoPerson,
    /// The clue stands elsewhere.
    State(State),
    /// It takes one of these roles.
    Role(Vec<String>),
    /// He entered something of this clue himself.
    OwnWork,
    /// This consent does not stand.
    Consent(Purpose),
    /// The clue had its notice; there is never a second one.
    SecondNotice,
    /// The notice stands until that day.
    NoticeRuns(Day),
    /// The notice came down too early, or consent to it was withdrawn.
    NoticeFailed,
    /// An objection or appeal about it is not answered yet.
    OpenObjection,
    /// The day for an appeal has passed.
    TooLate(Day),
    /// The clue has so many steps that no more fit.
    Full,
}
