//! A role that somebody holds somewhere, and which of them go together.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

use crate::fault::Code;
use crate::id::IdError;
use crate::people::reach::Reach;
use crate::people::role::Role;

/// Most roles that one account or key holds.
pub const MOST_ROLES: usize = 32;

/// A role at a place; written `viewer@371122102`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// Which role.
    pub role: Role,
    /// Where, and everywhere below.
    pub reach: Reach,
}

impl Held {
    /// Whether who holds this may hand on `other`: a role that may no more, at a place that it covers.
    pub fn includes(&self, other: &Self) -> bool {
        self.role.includes(other.role) && self.reach.covers(&other.reach)
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.role.word(), self.reach)
    }
}

impl FromStr for Held {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError { what: "role", text: text.chars().take(64).collect(), rule: "`{role}@{place}`" };
        let (role, reach) = text.split_once('@').ok_or_else(wrong)?;
        Ok(Self { role: role.parse()?, reach: reach.parse()? })
    }
}

/// Why somebody cannot hold these roles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RoleError {
    /// The role is not held at such a place. Code XL0905.
    #[error("the role `{}` is not held at `{}`", .0.role.word(), .0.reach)]
    Misplaced(Held),
    /// An administering and the auditing role in one hand. Code XL0906.
    #[error("nobody both administers (`{administers}`) and audits (`{audits}`)")]
    NotSeparate {
        /// The one.
        administers: Held,
        /// The other.
        audits: Held,
    },
    /// More than [`MOST_ROLES`]. Code XL0912.
    #[error("{count} roles in one hand, at most {MOST_ROLES}")]
    TooMany {
        /// How many.
        count: usize,
    },
}

impl RoleError {
    /// The stable code of this fault.
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Misplaced(_) => 905,
            Self::NotSeparate { .. } => 906,
            Self::TooMany { .. } => 912,
        })
    }
}

/// Whether one account may hold these roles together: each where it fits, and power apart from its auditing (MLPS,
/// GB/T 22239-2019, security management centre).
///
/// # Errors
/// The first rule that is broken.
pub fn check(roles: &[Held]) -> Result<(), RoleError> {
    if roles.len() > MOST_ROLES {
        return Err(RoleError::TooMany { count: roles.len() });
    }
    if let Some(held) = roles.iter().find(|held| !held.role.fits(&held.reach)) {
        return Err(RoleError::Misplaced(held.clone()));
    }
    let administers = roles.iter().find(|held| held.role.administers());
    let audits = roles.iter().find(|held| held.role.audits());
    match (administers, audits) {
        (Some(administers), Some(audits)) => {
            Err(RoleError::NotSeparate { administers: administers.clone(), audits: audits.clone() })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(texts: &[&str]) -> Vec<Held> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn nobody_both_administers_and_audits_wherever_that_is() {
        for (roles, code) in [
            (&["county-admin@371122", "viewer@371122"][..], None),
            (&["auditor@*", "viewer@371122"], None),
            (&["auditor@371122103", "township-admin@371122102"], Some(Code(906))),
            (&["county-admin@*", "auditor@*"], Some(Code(906))),
            (&["county-admin@371122102"], Some(Code(905))),
        ] {
            assert_eq!(check(&held(roles)).err().map(|error| error.code()), code, "{roles:?}");
        }
        let many = vec![held(&["viewer@37"])[0].clone(); MOST_ROLES + 1];
        assert_eq!(check(&many), Err(RoleError::TooMany { count: MOST_ROLES + 1 }));
    }

    #[test]
    fn what_is_handed_on_is_never_more_or_elsewhere() {
        let has = held(&["township-admin@371122102"]).remove(0);
        for (other, handed_on) in [
            ("township-admin@371122102", true),
            ("operator@371122102", true),
            ("viewer@371122102201", true),
            ("viewer@371122103", false),
            ("viewer@371122", false),
            ("auditor@371122102", false),
            ("module-author@371122102", false),
        ] {
            assert_eq!(has.includes(&other.parse().unwrap()), handed_on, "{other}");
        }
    }

    #[test]
    fn a_held_role_reads_back_as_written() {
        let held: Held = "viewer@371122102".parse().unwrap();
        assert_eq!(held.to_string(), "viewer@371122102");
        for text in ["viewer", "viewer@", "@37", "viewer@3711221"] {
            assert!(text.parse::<Held>().is_err(), "{text}");
        }
    }
}
