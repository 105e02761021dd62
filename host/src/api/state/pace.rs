//! How often something may be done by somebody whom nobody knows, or in vain by somebody who is known, each with its own pace.

use std::net::IpAddr;

use xl_model::clock::TimestampMs;
use xl_model::link::LinkId;

use crate::api::rate::Rate;
use crate::api::state::ApiState;

/// The paces.
pub(super) struct Paces {
    visits: Rate,
    sign_ins: Rate,
    requests: Rate,
    requests_in_all: Rate<()>,
    look_ups: Rate,
    posts: Rate,
    posts_of_link: Rate<LinkId>,
    posts_in_all: Rate<()>,
    acts_in_vain: Rate<String>,
}

impl Paces {
    pub(super) fn new() -> Self {
        Self {
            // A trace page with its 30 pictures, four times at once, from a household behind one address.
            visits: Rate::new(120, 10.0),
            // Somebody who pastes the wrong text a few times.
            sign_ins: Rate::new(10, 0.2),
            // A family, or an office that helps people with it: then one in ten minutes.
            requests: Rate::new(5, 1.0 / 600.0),
            // A county has some hundred a year; a flood from many addresses becomes one a minute.
            requests_in_all: Rate::new(60, 1.0 / 60.0),
            // As slow as guessing a password, and not the same bucket: who asks keeps nobody from signing in.
            look_ups: Rate::new(10, 0.2),
            // A walk along a street, or telephones of one provider behind one address: then two a minute.
            posts: Rate::new(10, 1.0 / 30.0),
            // A street on market day, a batch that was recalled: then six a minute.
            posts_of_link: Rate::new(30, 1.0 / 10.0),
            // A county on the day of a storm: then 8,640 a day, more than its desks could read.
            posts_in_all: Rate::new(60, 1.0 / 10.0),
            // A table that a program sends line by line, wrong in each; then one a minute. Each has a row before and one after:
            // whoever never stops leaves 2,880 a day, a megabyte or two.
            acts_in_vain: Rate::new(300, 1.0 / 60.0),
        }
    }
}

impl Paces {
    fn admit_post(&self, from: IpAddr, link: &LinkId, now_ms: TimestampMs) -> Result<(), u32> {
        // The address first: who floods takes nothing from what all share.
        self.posts.take(from, now_ms)?;
        self.posts_of_link.take_of(link.clone(), now_ms)?;
        self.posts_in_all.take_of((), now_ms)
    }
}

impl ApiState {
    /// How often one address may open public pages.
    pub fn visits(&self) -> &Rate {
        &self.0.paces.visits
    }

    /// How often one address may try to sign in.
    pub fn sign_ins(&self) -> &Rate {
        &self.0.paces.sign_ins
    }

    /// How often one address may ask how a request stands.
    pub fn look_ups(&self) -> &Rate {
        &self.0.paces.look_ups
    }

    /// How often one account, or one key of it, may act in vain.
    pub(crate) fn acts_in_vain(&self) -> &Rate<String> {
        &self.0.paces.acts_in_vain
    }

    /// Lets one more request of a person in, from this address and in all.
    ///
    /// # Errors
    /// The seconds to wait.
    pub fn admit_request(&self, from: IpAddr) -> Result<(), u32> {
        // The address first: who floods takes nothing from what all share.
        self.0.paces.requests.take(from, self.now_ms())?;
        self.0.paces.requests_in_all.take_of((), self.now_ms())
    }

    /// Lets one more form of a public page in: from this address, by this link, and in all.
    ///
    /// # Errors
    /// The seconds to wait.
    pub(crate) fn admit_post(&self, from: IpAddr, link: &LinkId) -> Result<(), u32> {
        self.0.paces.admit_post(from, link, self.now_ms())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_and_the_hub_have_a_pace_of_their_own() {
        let paces = Paces::new();
        let mut addresses = (1..=u8::MAX).map(|last| IpAddr::from([10, 0, 0, last]));
        let mut sent = |link: &str, forms: usize| {
            let from = addresses.by_ref().take(forms);
            from.filter(|from| paces.admit_post(*from, &LinkId::of(link), 0).is_ok()).count()
        };
        assert_eq!(sent("a", 40), 30, "of one link, each from an address of its own");
        assert_eq!(sent("b", 29), 29, "another link is none the slower");
        assert_eq!(sent("c", 5), 1, "until the whole hub has had sixty");
    }
}
