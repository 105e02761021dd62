//! What each role may: the one table.

use crate::people::action::Action;
use crate::people::role::Role;

/// `x`: may, at the place where the role is held and below. Columns in the order of [`Role::ALL`].
#[rustfmt::skip]
const TABLE: [(Action, &[u8; 9]); 44] = [
    //                             county admin
    //                             |township admin
    //                             ||operator
    //                             |||handler
    //                             ||||grid member
    //                             |||||enterprise
    //                             ||||||module author
    //                             |||||||auditor
    //                             ||||||||viewer
    (Action::OwnAccount,         b"xxxxxxxxx"),
    (Action::ReadManual,         b"xxxxxxxxx"),
    (Action::ReadMetrics,        b"x......x."),
    (Action::ReadPlaces,         b"xxxxxxxxx"),
    (Action::EditPlaces,         b"x........"),
    (Action::ReadEvents,         b"xxxxx.xxx"),
    (Action::PublishEvents,      b"xxx......"),
    (Action::ReadPictures,       b"xxxxx...."),
    (Action::ReadCameras,        b"xxxxx..xx"),
    (Action::EditCameras,        b"xx......."),
    (Action::ReadStatus,         b"xxxxx.xxx"),
    (Action::DeclareMaintenance, b"xxx......"),
    (Action::TakePictures,       b"xxxxx...."),
    (Action::MoveCameras,        b"xxx......"),
    (Action::ProbeCameras,       b"xxx......"),
    (Action::SearchCameras,      b"xx......."),
    (Action::DecideWaiting,      b"x........"),
    (Action::ReadDevices,        b"xxx....x."),
    (Action::EditDevices,        b"xx......."),
    (Action::ReadRefusals,       b"xxx....x."),
    (Action::ReadPlugins,        b"xxx...xx."),
    (Action::InstallPlugins,     b"x.....x.."),
    (Action::ReadModules,        b"xxxxxxxxx"),
    (Action::EditModules,        b"xx......."),
    (Action::ReadModuleCare,     b"xxx...xx."),
    (Action::CareForModules,     b"xxx......"),
    (Action::ReadPages,          b"xxxxxx..x"),
    (Action::ActOnPages,         b"xxxxxx..."),
    (Action::ReadPeople,         b"xx.....x."),
    (Action::EditPeople,         b"xx......."),
    (Action::ReadLooks,          b"xx.....x."),
    (Action::ReadHolds,          b"xxx....x."),
    (Action::EditHolds,          b"xx......."),
    (Action::ReadAudit,          b".......x."),
    (Action::ApproveRequests,    b"xx......."),
    (Action::ReadRequests,       b"xx.....x."),
    (Action::ReadExports,        b"xxx....x."),
    (Action::AskExports,         b"xxx......"),
    (Action::HandleRequests,     b"xx......."),
    (Action::ReadCases,          b"xxxxx..xx"),
    (Action::ReportCases,        b"xxx.x...."),
    (Action::FileCases,          b"xxx......"),
    (Action::HandleCases,        b"xx.x....."),
    (Action::CheckCases,         b"xx..x...."),
];

/// Whether a role may do something; what no row names, nobody may.
pub(super) fn allows(role: Role, action: Action) -> bool {
    TABLE.iter().any(|(row, columns)| *row == action && columns[role.column()] == b'x')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_action_has_one_row_of_marks() {
        let rows: BTreeSet<Action> = TABLE.iter().map(|(action, _)| *action).collect();
        assert_eq!((rows.len(), rows), (TABLE.len(), Action::ALL.into_iter().collect()));
        for (action, columns) in TABLE {
            assert!(columns.iter().all(|mark| matches!(mark, b'x' | b'.')), "{action:?}");
        }
    }

    /// MLPS: who says what others may does not audit, and who audits changes nothing.
    #[test]
    fn the_auditor_changes_nothing() {
        let may: Vec<Action> = Action::ALL.into_iter().filter(|action| allows(Role::Auditor, *action)).collect();
        assert!(may.iter().all(|action| *action == Action::OwnAccount || format!("{action:?}").starts_with("Read")));
        assert!(!may.contains(&Action::ReadPictures), "{may:?}");
    }
}
