//! How long what is in the log and what modules record is kept, in days: rules by kind and class, a camera's own days, what a
//! manifest says of its collections, what the law keeps at least.
//!
//! Pure. Whether a day has passed is the store's affair, and what a hold keeps is [`crate::hold`].

use crate::camera::LegalClass;
use crate::event::KindPattern;
use crate::id::Kind;
use crate::manifest::Collection;

/// How long events of some kinds, or records of some collections, are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Of these kinds.
    pub kinds: KindPattern,
    /// Only those about a camera of this class; nothing: all, also those that are about no camera.
    pub class: Option<LegalClass>,
    /// So many days.
    pub days: u32,
}

impl Rule {
    /// Whether it is about records of modules; every other one is about events, also `*`.
    pub fn is_of_records(&self) -> bool {
        self.kinds.as_str().starts_with(Kind::RECORDS)
    }

    /// As people read it: `camera.picture`, `camera.picture (non-public)`.
    pub fn name(&self) -> String {
        let kinds = self.kinds.as_str();
        self.class.map_or_else(|| kinds.to_owned(), |class| format!("{kinds} ({})", class.word()))
    }
}

/// What an event is about, as far as its keeping depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// No camera.
    Nothing,
    /// A camera that is registered no more: nobody can say its class, so the strictest counts.
    Stranger,
    /// A registered camera.
    Camera {
        /// Its class.
        class: LegalClass,
        /// Its own days.
        days: Option<u16>,
        /// Whether it was a public-security camera when the event came.
        was_public: bool,
    },
}

impl About {
    /// The class whose rules hold.
    fn class(self) -> Option<LegalClass> {
        match self {
            Self::Nothing => None,
            Self::Stranger => Some(LegalClass::PublicSecurity),
            Self::Camera { class, .. } => Some(class),
        }
    }

    /// So many days stay, whatever rules and people say.
    pub fn least(self) -> u32 {
        let class = match self {
            Self::Camera { was_public: true, .. } => Some(LegalClass::PublicSecurity),
            about => about.class(),
        };
        class.map_or(0, |class| class.days_at_least().into())
    }
}

/// How long an event is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept<'a> {
    /// The rule that it goes by.
    pub rule: &'a Rule,
    /// Days.
    pub days: u32,
}

/// How long an event is kept; nothing: for ever.
///
/// The first rule that matches kind and class decides; without one the event stays for ever. The camera's own days take the
/// place of the rule's for what the camera itself sent with pictures (kinds `camera.*`). What the law keeps comes last and
/// can only make it longer.
pub fn kept<'a>(rules: &'a [Rule], kind: &Kind, about: About, with_pictures: bool) -> Option<Kept<'a>> {
    let of_class = |rule: &Rule| rule.class.is_none_or(|class| about.class() == Some(class));
    let rule = rules.iter().find(|rule| rule.kinds.matches(kind) && of_class(rule))?;
    let own = match about {
        About::Camera { days, .. } if with_pictures && kind.as_str().starts_with("camera.") => days,
        _ => None,
    };
    Some(Kept { rule, days: own.map_or(rule.days, u32::from).max(about.least()) })
}

/// How long a record is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptRecord<'a> {
    /// The rule that it goes by; nothing: the manifest.
    pub rule: Option<&'a Rule>,
    /// Days after it was written last.
    pub days: u32,
}

/// How long records of a collection, called `kind`, are kept; nothing: until their module deletes them.
///
/// The first rule about records that matches decides, without one the manifest. A rule with a prefix is about collections
/// whose manifest lets records go at all; for any other the rule has to name it, or a careless one would empty a register. What
/// the manifest asks for at least comes last and can only make it longer.
pub fn kept_record<'a>(rules: &'a [Rule], kind: &Kind, collection: &Collection) -> Option<KeptRecord<'a>> {
    let is_meant = |rule: &Rule| rule.kinds.as_str() == kind.as_str() || collection.keep_days.is_some();
    let rule = rules.iter().find(|rule| rule.is_of_records() && rule.kinds.matches(kind) && is_meant(rule));
    let days = rule.map(|rule| rule.days).or(collection.keep_days)?;
    Some(KeptRecord { rule, days: days.max(collection.keep_days_least.unwrap_or(0)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kinds: &str, class: Option<LegalClass>, days: u32) -> Rule {
        Rule { kinds: kinds.parse().unwrap(), class, days }
    }

    fn camera(class: LegalClass, days: Option<u16>) -> About {
        About::Camera { class, days, was_public: false }
    }

    fn days(rules: &[Rule], kind: &str, about: About, with_pictures: bool) -> Option<u32> {
        kept(rules, &kind.parse().unwrap(), about, with_pictures).map(|kept| kept.days)
    }

    #[test]
    fn the_first_rule_of_kind_and_class_decides_and_without_one_nothing_goes() {
        let (c1, c2, c3) = (LegalClass::PublicSecurity, LegalClass::OtherPublicPlace, LegalClass::NonPublic);
        let rules =
            [rule("camera.picture", Some(c3), 7), rule("camera.picture", Some(c2), 15), rule("camera.*", None, 60)];
        for (kind, about, kept) in [
            ("camera.picture", camera(c3, None), Some(7)),
            ("camera.picture", camera(c2, None), Some(15)),
            ("camera.picture", camera(c1, None), Some(60)),
            ("camera.picture", About::Nothing, Some(60)),
            ("camera.picture", About::Stranger, Some(60)),
            ("camera.motion", camera(c3, None), Some(60)),
            ("trace.batch", camera(c3, Some(3)), None),
        ] {
            assert_eq!(days(&rules, kind, about, true), kept, "{kind} {about:?}");
        }
    }

    #[test]
    fn public_security_stays_thirty_days_whatever_rules_and_registers_say() {
        let rules = [rule("*", None, 1)];
        let was = About::Camera { class: LegalClass::NonPublic, days: Some(1), was_public: true };
        for about in [camera(LegalClass::PublicSecurity, Some(2)), camera(LegalClass::PublicSecurity, None), was] {
            assert_eq!(days(&rules, "camera.picture", about, true), Some(30), "{about:?}");
            assert_eq!(days(&rules, "trace.batch", about, false), Some(30), "{about:?}");
        }
        assert_eq!(days(&rules, "camera.picture", About::Stranger, true), Some(30));
        assert_eq!(days(&rules, "camera.picture", camera(LegalClass::NonPublic, None), true), Some(1));
    }

    #[test]
    fn a_camera_s_own_days_count_for_its_pictures_only() {
        let rules = [rule("camera.*", None, 180), rule("trace.*", None, 730)];
        let own = camera(LegalClass::NonPublic, Some(7));
        assert_eq!(days(&rules, "camera.picture", own, true), Some(7));
        assert_eq!(days(&rules, "camera.status", own, false), Some(180));
        // Evidence in a record is not the camera's.
        assert_eq!(days(&rules, "trace.batch", own, true), Some(730));
        assert_eq!(days(&rules, "camera.picture", camera(LegalClass::PublicSecurity, Some(90)), true), Some(90));
    }

    #[test]
    fn a_record_goes_by_a_rule_about_records_else_by_its_manifest_and_never_before_what_that_asks_for() {
        let kind = Kind::of_records(&"produce-trace".parse().unwrap(), "point-days");
        assert_eq!(kind.as_str(), "record.produce_trace.point_days");
        let collection = |keep_days, keep_days_least| Collection {
            name: "point-days".to_owned(),
            indexes: Vec::new(),
            keep_days,
            keep_days_least,
        };
        let days = |rules: &[Rule], keep_days, least| {
            kept_record(rules, &kind, &collection(keep_days, least)).map(|kept| (kept.days, kept.rule.is_some()))
        };
        let all_events = [rule("*", None, 7)];
        assert_eq!(days(&all_events, None, None), None, "a rule about every event is about no record");
        assert_eq!(days(&all_events, Some(400), None), Some((400, false)));
        let rules = [rule("*", None, 7), rule("record.produce_trace.*", None, 30), rule("record.*", None, 90)];
        assert_eq!(days(&rules, Some(400), None), Some((30, true)));
        assert_eq!(days(&rules, None, None), None, "what has no term of its own goes by its name only");
        assert_eq!(days(&[rule("record.produce_trace.point_days", None, 30)], None, None), Some((30, true)));
        assert_eq!(days(&rules, Some(800), Some(730)), Some((730, true)));
        assert_eq!(days(&[], None, Some(730)), None, "what is kept at least is removed by nobody for that");
    }

    #[test]
    fn a_rule_says_what_it_is_about() {
        assert_eq!(rule("camera.*", None, 1).name(), "camera.*");
        assert_eq!(rule("camera.*", Some(LegalClass::NonPublic), 1).name(), "camera.* (non-public)");
    }
}
