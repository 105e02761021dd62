//! GS1 identification: keys with their check digits, EPC URIs, and GS1 Digital Links.

pub mod canonical;
pub mod check;
pub mod epc;
pub mod link;
