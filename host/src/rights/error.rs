//! Why something about a request of a person was not done.

use xl_model::fault::Code;
use xl_model::fault::FieldFault;
use xl_model::rights::RequestState;
use xl_model::rights::Step;
use xl_store::StoreError;

use crate::audit::NotRecorded;

/// Why something about a request of a person was not done.
#[derive(Debug, thiserror::Error)]
pub enum RightsError {
    /// Fields of a new request are missing or wrong. Code XL0991.
    #[error("the request is not complete")]
    Fields(Vec<FieldFault>),
    /// There are as many open requests as the hub is configured for. Code XL0992.
    #[error("no more requests are taken at the moment")]
    Full,
    /// Reference and secret do not belong together, or do not exist: which of them is not told. Code XL0993.
    #[error("there is no request with this reference and this secret")]
    NoSuch,
    /// The step does not follow from where the request is. Code XL0994.
    #[error("`{}` does not follow from the state `{}`", step.word(), state.word())]
    WrongStep {
        /// What was to be done.
        step: Step,
        /// Where the request is.
        state: RequestState,
    },
    /// An answer, a refusal, an extension or an opening without a reason in writing. Code XL0995.
    #[error("this has to be put in writing: {least} to {most} characters")]
    NotWritten {
        /// The shortest text, in characters.
        least: usize,
        /// The longest text, in characters.
        most: usize,
    },
    /// It was put off once. Code XL0996.
    #[error("the request was put off once already")]
    Extended,
    /// Who asked and for what was erased. Code XL0997.
    #[error("who asked and for what is erased, as long after the end of a request as is configured")]
    Erased,
    /// What is sealed does not open. Code XL0998.
    #[error("request `{reference}` cannot be opened: {reason}")]
    Sealed {
        /// Which one.
        reference: String,
        /// Why.
        reason: &'static str,
    },
    /// The hub is configured not to offer this to everybody. Code XL0999.
    #[error("this page is switched off at this hub")]
    Off,
    /// The act could not be recorded, so it was not done.
    #[error(transparent)]
    NotRecorded(#[from] NotRecorded),
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RightsError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Fields(_) => 991,
            Self::Full => 992,
            Self::NoSuch => 993,
            Self::WrongStep { .. } => 994,
            Self::NotWritten { .. } => 995,
            Self::Extended => 996,
            Self::Erased => 997,
            Self::Sealed { .. } => 998,
            Self::Off => 999,
            Self::NotRecorded(error) => return error.code(),
            Self::Store(error) => return error.code(),
        })
    }
}
