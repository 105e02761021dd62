//! The roles, each with its Chinese.

use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

use crate::id::IdError;
use crate::people::action::Action;
use crate::people::reach::Reach;
use crate::people::table;

/// What somebody is at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// 县级管理员: runs the hub, or all townships of a county.
    CountyAdmin,
    /// 乡镇管理员: runs one township.
    TownshipAdmin,
    /// 值守员: watches cameras and keeps modules going.
    Operator,
    /// 处置人员: works on what modules give him, with pictures.
    Handler,
    /// 网格员: reports and looks in his village or township.
    GridMember,
    /// 企业用户: fills in the pages of modules.
    Enterprise,
    /// 模块开发者: installs builds and reads what they did.
    ModuleAuthor,
    /// 审计员: reads who may do what and what was refused; changes nothing.
    Auditor,
    /// 只读用户: sees figures and states, no pictures.
    Viewer,
}

impl Role {
    /// All roles, in the order of the columns of every table.
    pub const ALL: [Self; 9] = [
        Self::CountyAdmin,
        Self::TownshipAdmin,
        Self::Operator,
        Self::Handler,
        Self::GridMember,
        Self::Enterprise,
        Self::ModuleAuthor,
        Self::Auditor,
        Self::Viewer,
    ];

    /// Its word in requests, tables and commands.
    pub fn word(self) -> &'static str {
        match self {
            Self::CountyAdmin => "county-admin",
            Self::TownshipAdmin => "township-admin",
            Self::Operator => "operator",
            Self::Handler => "handler",
            Self::GridMember => "grid-member",
            Self::Enterprise => "enterprise",
            Self::ModuleAuthor => "module-author",
            Self::Auditor => "auditor",
            Self::Viewer => "viewer",
        }
    }

    /// What it is called in Chinese.
    pub fn zh(self) -> &'static str {
        match self {
            Self::CountyAdmin => "县级管理员",
            Self::TownshipAdmin => "乡镇管理员",
            Self::Operator => "值守员",
            Self::Handler => "处置人员",
            Self::GridMember => "网格员",
            Self::Enterprise => "企业用户",
            Self::ModuleAuthor => "模块开发者",
            Self::Auditor => "审计员",
            Self::Viewer => "只读用户",
        }
    }

    /// Whether it says who may do what: needs a second factor, and never goes together with auditing.
    pub fn administers(self) -> bool {
        matches!(self, Self::CountyAdmin | Self::TownshipAdmin)
    }

    /// Whether it looks into what the administering ones do.
    pub fn audits(self) -> bool {
        matches!(self, Self::Auditor)
    }

    /// Whether it can be held there: an administrator of a county at a county or above, of a township at one.
    pub fn fits(self, reach: &Reach) -> bool {
        match self {
            Self::CountyAdmin => reach.digits().len() <= 6,
            Self::TownshipAdmin => reach.digits().len() == 9,
            Self::GridMember | Self::Enterprise => reach.digits().len() >= 9,
            _ => true,
        }
    }

    /// Whether the table lets it do this, at the place where it is held.
    pub fn may(self, action: Action) -> bool {
        table::allows(self, action)
    }

    /// Whether it may do everything that `other` may; auditing is included in nothing else, whatever the table says.
    pub fn includes(self, other: Self) -> bool {
        self.audits() == other.audits() && Action::ALL.iter().all(|action| self.may(*action) || !other.may(*action))
    }

    /// Where its column stands.
    pub(super) fn column(self) -> usize {
        self as usize
    }
}

impl FromStr for Role {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::ALL.into_iter().find(|role| role.word() == text).ok_or_else(|| IdError {
            what: "role",
            text: text.chars().take(64).collect(),
            rule: "county-admin, township-admin, operator, handler, grid-member, enterprise, module-author, auditor or viewer",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_written_by_its_word_everywhere() {
        for (column, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(serde_json::to_value(role).unwrap(), role.word());
            assert_eq!(role.word().parse::<Role>().unwrap(), role);
            assert_eq!(role.column(), column);
            assert!(!role.zh().is_ascii());
        }
        assert!("admin".parse::<Role>().is_err());
    }

    #[test]
    fn an_administrator_is_held_where_he_administers() {
        for (role, reach, fits) in [
            (Role::CountyAdmin, "*", true),
            (Role::CountyAdmin, "371122", true),
            (Role::CountyAdmin, "371122102", false),
            (Role::TownshipAdmin, "371122102", true),
            (Role::TownshipAdmin, "371122", false),
            (Role::TownshipAdmin, "371122102201", false),
            (Role::GridMember, "371122102201", true),
            (Role::GridMember, "371122", false),
            (Role::Auditor, "*", true),
        ] {
            assert_eq!(role.fits(&reach.parse().unwrap()), fits, "{role:?} {reach}");
        }
    }

    #[test]
    fn nobody_but_the_auditor_includes_the_auditor() {
        for role in Role::ALL {
            assert_eq!(role.includes(Role::Auditor), role == Role::Auditor, "{role:?}");
            assert!(role.includes(role));
        }
        assert!(Role::CountyAdmin.includes(Role::TownshipAdmin));
        assert!(!Role::TownshipAdmin.includes(Role::CountyAdmin));
        assert!(Role::Operator.includes(Role::Viewer) && !Role::Viewer.includes(Role::Operator));
    }
}
