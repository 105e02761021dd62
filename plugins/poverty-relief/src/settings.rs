//! What an admin set; the schema beside `plugin.toml` says the same.

use serde::Deserialize;

/// The module's settings.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Months between visits of an ordinary household.
    pub visit_months: u32,
    /// Months between visits of a key household.
    pub visit_months_key: u32,
    /// The monitoring line in yuan a head and year; 0: the rule is off.
    pub income_line_yuan: i64,
    /// An expense that warns, in yuan; 0: the rule is off.
    pub sudden_expense_yuan: i64,
    /// Days to answer a grievance.
    pub grievance_days: u32,
    /// Days within which an action should follow a look.
    pub look_days: u32,
    /// Days that the file of a household is kept once nothing is done about it; 0: until somebody asks.
    pub keep_days: u32,
    /// Months between inspections of a project's asset.
    pub inspect_months: u32,
    /// Hours between two pictures of a project.
    pub picture_every_hours: u32,
    /// Who posts notices, such as the villagers' committee.
    pub posted_by: String,
    /// Where objections go.
    pub objections_to: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            visit_months: 3,
            visit_months_key: 1,
            income_line_yuan: 0,
            sudden_expense_yuan: 0,
            grievance_days: 15,
            look_days: 7,
            keep_days: 0,
            inspect_months: 3,
            picture_every_hours: 24,
            posted_by: "村民委员会".to_owned(),
            objections_to: "村务监督委员会".to_owned(),
        }
    }
}

impl Settings {
    /// Reads them from the host.
    ///
    /// # Errors
    /// When they do not fit, which the schema prevents.
    pub fn read() -> Result<Self, xl_plugin::Error> {
        xl_plugin::settings::get()
    }

    /// Months between visits of a household.
    pub fn months(&self, key_household: bool) -> u32 {
        if key_household { self.visit_months_key } else { self.visit_months }
    }
}
