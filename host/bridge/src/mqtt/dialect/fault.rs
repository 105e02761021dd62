//! Codes of what the dialects refuse, each with a page in `host/errors`.

use xl_model::fault::Code;

/// The payload has no form in which a picture comes.
pub const UNKNOWN_PAYLOAD: Code = Code(211);
/// The base64 of a picture cannot be decoded.
pub const BAD_BASE64: Code = Code(212);
/// The payload is the address of a picture, and the mapping does not allow that.
pub const URL_NOT_ALLOWED: Code = Code(213);
/// A picture in pieces has holes, contradicts itself, or took too long.
pub const BROKEN_PIECES: Code = Code(214);
/// A discovery message uses a template that the hub does not evaluate.
pub const TEMPLATE_NOT_SUPPORTED: Code = Code(215);
/// More entities, topics or pictures at once than the hub keeps.
pub const TOO_MANY: Code = Code(216);
/// More pictures of one camera than its mapping row takes a minute.
pub const TOO_MANY_PICTURES: Code = Code(217);
