//! Consent of a household, one record a purpose, with withdrawal.
//!
//! PIPL (个人信息保护法) articles 14, 15, 23, 29 and 31: separate consent, as easy to withdraw as to give, by a guardian
//! for who is under 14. What was done before a withdrawal stays lawful; the next step does not happen.

use serde::Deserialize;
use serde::Serialize;

/// What a household consents to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Comparing its information with departments.
    Comparison,
    /// The village notice.
    Publication,
    /// Measures, visits and the helper who knows about it.
    Help,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Comparison, Self::Publication, Self::Help];

    /// As records, forms and the procedure have it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comparison => "comparison",
            Self::Publication => "publication",
            Self::Help => "help",
        }
    }
}

/// How it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// On signed paper.
    Signed,
    /// Orally before a witness.
    Witnessed,
}

/// Who gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// The head for the household.
    Head,
    /// A guardian.
    Guardian,
}

/// From giving to withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// When it was given.
    pub given_ms: i64,
    /// How.
    pub how: How,
    /// By whom.
    pub by: By,
    /// Account of who wrote it down.
    pub recorded_by: String,
    /// When it was withdrawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_ms: Option<i64>,
    /// Account of who wrote the withdrawal down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn_by: Option<String>,
    /// Account of the helper who was released with it; of help only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub helper: Option<String>,
}

/// Consent of one household to one purpose, with its past.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consent {
    /// Oldest first.
    pub periods: Vec<Period>,
}

/// Most periods that are kept: a record holds 64 KiB.
pub const MOST_PERIODS: usize = 100;

impl Consent {
    /// Whether it stands now.
    pub fn stands(&self) -> bool {
        self.periods.last().is_some_and(|period| period.withdrawn_ms.is_none())
    }

    /// Whether it was given and is withdrawn now; what nobody ever asked for is not.
    pub fn is_withdrawn(&self) -> bool {
        self.periods.last().is_some_and(|period| period.withdrawn_ms.is_some())
    }

    /// Gives it; `false` when it stands already or was given and withdrawn too often to keep.
    pub fn give(&mut self, given_ms: i64, how: How, by: By, account: &str) -> bool {
        if self.stands() || self.periods.len() >= MOST_PERIODS {
            return false;
        }
        let recorded_by = account.to_owned();
        let (withdrawn_ms, withdrawn_by, helper) = (None, None, None);
        self.periods.push(Period { given_ms, how, by, recorded_by, withdrawn_ms, withdrawn_by, helper });
        true
    }

    /// Withdraws it, which releases this helper; `false` when it does not stand.
    pub fn withdraw(&mut self, now_ms: i64, account: &str, helper: Option<&str>) -> bool {
        match self.periods.last_mut() {
            Some(period) if period.withdrawn_ms.is_none() => {
                period.withdrawn_ms = Some(now_ms);
                period.withdrawn_by = Some(account.to_owned());
                period.helper = helper.map(str::to_owned);
                true
            }
            _ => false,
        }
    }
}

/// The purposes that stand for one household.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing(Vec<Purpose>);

impl Standing {
    /// Those that stand.
    pub fn of(purposes: impl IntoIterator<Item = Purpose>) -> Self {
        Self(purposes.into_iter().collect())
    }

    /// Whether one stands.
    pub fn has(&self, purpose: Purpose) -> bool {
        self.0.contains(&purpose)
    }

    /// The first of these that does not stand.
    pub fn missing(&self, needed: &[Purpose]) -> Option<Purpose> {
        needed.iter().copied().find(|purpose| !self.has(*purpose))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withdrawn_consent_does_not_stand_until_it_is_given_again_and_its_past_stays() {
        let mut consent = Consent::default();
        assert!(!consent.stands() && !consent.withdraw(1, "zhang", None));
        assert!(!consent.is_withdrawn(), "nobody asked yet");
        assert!(consent.give(1, How::Signed, By::Head, "zhang"));
        assert!(!consent.give(2, How::Signed, By::Head, "zhang"), "it stands already");
        assert!(consent.withdraw(3, "li", Some("zhao")) && !consent.stands() && consent.is_withdrawn());
        assert!(consent.give(4, How::Witnessed, By::Guardian, "zhang") && consent.stands());
        assert!(!consent.is_withdrawn());
        let past = &consent.periods[0];
        assert_eq!((consent.periods.len(), past.withdrawn_ms, past.helper.as_deref()), (2, Some(3), Some("zhao")));
    }
}
