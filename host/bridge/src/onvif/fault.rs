//! What can go wrong with a camera, each with its code; what to do about it in both languages.

mod remedy;

use xl_model::fault::Code;
use xl_model::fault::Refused;

use super::address::AddressFault;
use super::gate::GateError;
use super::soap::FaultKind;
use super::soap::SoapFault;
use super::xml::XmlFault;

pub use remedy::Remedy;

/// A camera's address cannot be read, or its scheme is none for cameras. Code XL0421.
pub const ADDRESS_UNREADABLE: Code = Code(421);
/// A camera's address is not allowed. Code XL0422.
pub const ADDRESS_REFUSED: Code = Code(422);
/// The camera cannot be reached, or broke off. Code XL0423.
pub const UNREACHABLE: Code = Code(423);
/// The camera did not answer in time. Code XL0424.
pub const TOO_SLOW: Code = Code(424);
/// The camera's answer is larger than the hub takes. Code XL0425.
pub const TOO_LARGE: Code = Code(425);
/// The camera's answer cannot be read. Code XL0426.
pub const UNREADABLE: Code = Code(426);
/// The camera refuses the login; it is not tried again by itself. Code XL0427.
pub const LOGIN_REFUSED: Code = Code(427);
/// The camera's certificate is not the approved one. Code XL0428.
pub const CERTIFICATE: Code = Code(428);
/// The camera refuses a call, or does nothing though it says yes. Code XL0429.
pub const CALL_REFUSED: Code = Code(429);
/// The camera offers no media profile. Code XL0430.
pub const NO_PROFILE: Code = Code(430);
/// The camera gives no picture. Code XL0431.
pub const NO_PICTURE: Code = Code(431);
/// The camera gives no events. Code XL0432.
pub const NO_EVENTS: Code = Code(432);
/// The camera's clock is wrong. Code XL0433.
pub const CLOCK_WRONG: Code = Code(433);
/// The range for a discovery is not allowed. Code XL0434.
pub const RANGE_REFUSED: Code = Code(434);
/// The camera does not offer what was asked. Code XL0435.
pub const NOT_OFFERED: Code = Code(435);

/// The code of a refused address.
pub(super) fn of_address(fault: &AddressFault) -> Code {
    match fault {
        AddressFault::Unreadable(_) | AddressFault::Scheme(_) => ADDRESS_UNREADABLE,
        AddressFault::Foreign(_) | AddressFault::Forbidden { .. } => ADDRESS_REFUSED,
        AddressFault::Unresolved(_) => UNREACHABLE,
    }
}

/// Why a call to a camera has no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No answer came. Codes XL0422 to XL0426, XL0428.
    #[error("no answer to {what}")]
    Gate {
        /// The call.
        what: &'static str,
        /// Why.
        source: GateError,
    },
    /// The camera refuses our login; nothing is sent until the secret changes. Code XL0427.
    #[error("the camera refuses the login for {what}: {reason}")]
    Login {
        /// The call.
        what: &'static str,
        /// What the camera said, or that the hub has stopped trying.
        reason: String,
    },
    /// The camera answered with a fault. Code XL0429, XL0435 for a call that it does not know.
    #[error("the camera refuses {what}: {}", fault.reason)]
    Fault {
        /// The call.
        what: &'static str,
        /// Its fault.
        fault: SoapFault,
    },
    /// An HTTP status that is no success. Code XL0429.
    #[error("the camera answers {what} with HTTP status {status}")]
    Status {
        /// The call.
        what: &'static str,
        /// The status.
        status: u16,
    },
    /// The answer cannot be read. Code XL0426.
    #[error("the answer to {what} cannot be read")]
    Unreadable {
        /// The call.
        what: &'static str,
        /// Why.
        source: XmlFault,
    },
    /// The answer lacks what was asked for. Code XL0426.
    #[error("the answer to {what} holds no {missing}")]
    Missing {
        /// The call.
        what: &'static str,
        /// What it lacks.
        missing: &'static str,
    },
    /// The answer names an address that is not used. Code XL0422.
    #[error("the answer to {what} names an address that is not used")]
    Address {
        /// The call.
        what: &'static str,
        /// Why.
        source: AddressFault,
    },
    /// The camera has no such service or profile. Code XL0435.
    #[error("the camera offers no {0}")]
    NotOffered(&'static str),
    /// What came is no picture. Code XL0431.
    #[error("the camera gives no picture: {0}")]
    NoPicture(&'static str),
    /// The camera said yes and did nothing. Code XL0429.
    #[error("the camera accepts {0} and does not do it")]
    WithoutEffect(&'static str),
}

impl CallError {
    /// Its code.
    pub fn code(&self) -> Code {
        match self {
            Self::Gate { source, .. } => source.code(),
            Self::Login { .. } => LOGIN_REFUSED,
            Self::Fault { fault, .. } if fault.kind == FaultKind::NotSupported => NOT_OFFERED,
            Self::Fault { .. } | Self::Status { .. } | Self::WithoutEffect(_) => CALL_REFUSED,
            Self::Unreadable { .. } | Self::Missing { .. } => UNREADABLE,
            Self::Address { source, .. } => of_address(source),
            Self::NotOffered(_) => NOT_OFFERED,
            Self::NoPicture(_) => NO_PICTURE,
        }
    }

    /// Code and one sentence with its causes, for an operator.
    pub fn refused(&self) -> Refused {
        let mut detail = self.to_string();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            detail.push_str(&format!(": {cause}"));
            source = cause.source();
        }
        Refused::new(self.code(), detail.chars().take(512).collect::<String>())
    }

    /// Whether the camera answered at all: what it said is then evidence that it is there.
    pub fn is_answer(&self) -> bool {
        !matches!(self, Self::Gate { .. } | Self::Address { .. })
    }

    /// The kind of SOAP fault, where it is one.
    pub(super) fn fault_kind(&self) -> Option<FaultKind> {
        match self {
            Self::Fault { fault, .. } => Some(fault.kind),
            _ => None,
        }
    }
}
