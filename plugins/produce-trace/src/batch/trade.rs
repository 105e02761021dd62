//! What happens to a batch after its harvest: tested, certified, packed, shipped, received, sold; mixed, split, recalled.
//!
//! A batch whose test failed is never certified again before it passes a test; without its certificate nothing leaves; what
//! is recalled moves no more. A batch made of others needs a certificate of its own (MARA Order 2025 No. 4).

use serde::Deserialize;
use serde::Serialize;

use super::Batch;
use super::State;
use crate::number::Thousandths;

/// Most batches that one is made of or divided into, and most receivers: each is a line of a page.
pub const MOST: usize = 100;

/// What is known of a batch after its harvest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trade {
    /// The product's GTIN, 14 digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gtin: Option<String>,
    /// `{gtin}/{lot}`: what a shop orders by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Batches that it was made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<String>,
    /// Batches that were made of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<String>,
    /// What is left of it, in kilograms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_kg: Option<Thousandths>,
    /// Whether its last test was passed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub passed: Option<bool>,
    /// Its certificate in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// Its package.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sscc: Option<String>,
    /// Who got some of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub receivers: Vec<Receiver>,
    /// The recall that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<String>,
    /// How many of its records were declared wrong.
    #[serde(skip_serializing_if = "is_zero")]
    pub corrections: u32,
}

/// Who got some of a batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// The enterprise.
    pub name: String,
    /// Its GLN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gln: Option<String>,
    /// Number of the delivery note.
    pub document: String,
    /// How much.
    pub quantity_kg: Thousandths,
}

/// Why a step of the trade is not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Halt {
    /// The batch stands somewhere else.
    State(State),
    /// Its last test failed.
    Failed,
    /// It has no certificate.
    NoCertificate,
    /// It is recalled.
    Recalled,
    /// More than what is left.
    TooMuch(Thousandths),
    /// Too many receivers or parts.
    TooMany,
}

impl Trade {
    /// Whether nothing is known yet.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Batch {
    /// What is left of it, in kilograms.
    pub fn left_kg(&self) -> Thousandths {
        self.trade.left_kg.or(self.quantity_kg).unwrap_or_default()
    }

    /// A test's result. One that is passed leads from harvested to tested; a later one never leads back.
    ///
    /// # Errors
    /// Before the harvest, when it is recalled or sold.
    pub fn test(&mut self, passed: bool) -> Result<(), Halt> {
        self.may_move(&[State::Harvested, State::Tested, State::Certified, State::Packed])?;
        self.trade.passed = Some(passed);
        if passed && self.state == State::Harvested {
            self.state = State::Tested;
        }
        if !passed {
            // What failed is not covered by an earlier promise.
            self.trade.certificate = None;
            self.state = State::Harvested;
        }
        Ok(())
    }

    /// A certificate is issued.
    ///
    /// # Errors
    /// When its last test failed, it is recalled, or the harvest is still ahead or all is sold.
    pub fn certify(&mut self, certificate: &str) -> Result<(), Halt> {
        self.may_move(&[State::Harvested, State::Tested, State::Certified, State::Packed])?;
        if self.trade.passed == Some(false) {
            return Err(Halt::Failed);
        }
        self.trade.certificate = Some(certificate.to_owned());
        if matches!(self.state, State::Harvested | State::Tested) {
            self.state = State::Certified;
        }
        Ok(())
    }

    /// It is packed.
    ///
    /// # Errors
    /// Without a certificate, when it is recalled, or in another state than certified.
    pub fn pack(&mut self, sscc: &str) -> Result<(), Halt> {
        self.is_covered()?;
        self.may_move(&[State::Certified])?;
        self.trade.sscc = Some(sscc.to_owned());
        self.state = State::Packed;
        Ok(())
    }

    /// Some of it leaves for a receiver.
    ///
    /// # Errors
    /// Without a certificate, when it is recalled, or when more than what is left should leave.
    pub fn ship(&mut self, receiver: Receiver) -> Result<(), Halt> {
        self.is_covered()?;
        self.may_move(&[State::Certified, State::Packed, State::Shipped, State::Received])?;
        if self.trade.receivers.len() >= MOST {
            return Err(Halt::TooMany);
        }
        self.take(receiver.quantity_kg)?;
        self.trade.receivers.push(receiver);
        self.state = State::Shipped;
        Ok(())
    }

    /// It arrived.
    ///
    /// # Errors
    /// When it is not on its way, or recalled.
    pub fn receive(&mut self) -> Result<(), Halt> {
        self.may_move(&[State::Shipped])?;
        self.state = State::Received;
        Ok(())
    }

    /// Some of it is sold.
    ///
    /// # Errors
    /// Without a certificate, when it is recalled, or when more than what is left should be sold.
    pub fn sell(&mut self, quantity_kg: Thousandths) -> Result<(), Halt> {
        self.is_covered()?;
        self.may_move(&[State::Certified, State::Packed, State::Shipped, State::Received])?;
        self.take(quantity_kg)?;
        if !self.left_kg().is_positive() {
            self.state = State::Sold;
        }
        Ok(())
    }

    /// Some of it becomes part of another batch.
    ///
    /// # Errors
    /// When it is recalled, its test failed, it left already, or when more than what is left is asked for.
    pub fn part(&mut self, quantity_kg: Thousandths, child: &str) -> Result<(), Halt> {
        self.may_move(&[State::Harvested, State::Tested, State::Certified, State::Packed])?;
        if self.trade.passed == Some(false) {
            return Err(Halt::Failed);
        }
        if self.trade.children.len() >= MOST {
            return Err(Halt::TooMany);
        }
        self.take(quantity_kg)?;
        self.trade.children.push(child.to_owned());
        if !self.left_kg().is_positive() {
            self.state = State::Sold;
        }
        Ok(())
    }

    fn take(&mut self, quantity_kg: Thousandths) -> Result<(), Halt> {
        let left = self.left_kg();
        if quantity_kg > left {
            return Err(Halt::TooMuch(left));
        }
        self.trade.left_kg = Some(left.minus(quantity_kg));
        Ok(())
    }

    fn is_covered(&self) -> Result<(), Halt> {
        match (&self.trade.recall, self.trade.passed, &self.trade.certificate) {
            (Some(_), _, _) => Err(Halt::Recalled),
            (None, Some(false), _) => Err(Halt::Failed),
            (None, _, None) if self.state.is_harvested() => Err(Halt::NoCertificate),
            _ => Ok(()),
        }
    }

    fn may_move(&self, states: &[State]) -> Result<(), Halt> {
        if self.trade.recall.is_some() {
            return Err(Halt::Recalled);
        }
        if states.contains(&self.state) { Ok(()) } else { Err(Halt::State(self.state)) }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands it over so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests;
