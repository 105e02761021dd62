//! What people have a right to: to be told what cameras are used for, and to ask about what is kept on themselves.
//!
//! [`Figures`] counts for everybody. [`Desk`] takes requests, leads them through their states within their time, and opens what is
//! sealed only with a reason that is recorded first; [`Counter`] is what whoever asks sees of it. Who may sit at the desk is
//! decided by the API.

mod applicant;
mod counter;
mod desk;
mod draft;
mod erase;
mod error;
mod figures;
#[cfg(test)]
mod tests;

pub use applicant::Applicant;
pub use applicant::Opened;
pub use counter::Counter;
pub use counter::Progress;
pub use counter::Told;
pub use desk::Desk;
pub use desk::Filed;
pub use draft::Draft;
pub use draft::NewRequest;
pub use draft::RELATIONS;
pub use erase::run;
pub use error::RightsError;
pub use figures::ClassCount;
pub use figures::Count;
pub use figures::Figures;
pub use figures::ModuleShown;
pub use figures::MonthLooks;
pub use figures::NamedPlace;
pub use figures::OTHER;
pub use figures::Shown;
