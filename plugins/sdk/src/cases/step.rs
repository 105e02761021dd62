//! The steps of a case. Which of them may be made where it stands is the host's to say.

use super::Limit;
use super::Step;

impl Step {
    /// A step by its name, with nothing said.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), note: None, unit: None, handler: None, limit: None, pictures: Vec::new() }
    }

    fn because(name: &str, reason: &str) -> Self {
        Self::new(name).note(reason)
    }

    /// Looks whether it is so (核实).
    pub fn verify() -> Self {
        Self::new("verify")
    }

    /// Files it (立案).
    pub fn file() -> Self {
        Self::new("file")
    }

    /// Does not file it (不予立案), with the reason.
    pub fn reject(reason: &str) -> Self {
        Self::because("reject", reason)
    }

    /// Hands it to a unit (派遣), with the limit of the table unless [`Step::limit`] says otherwise.
    pub fn dispatch(unit: &str) -> Self {
        Self::new("dispatch").unit(unit)
    }

    /// Hands it back (退回) because it is another unit's.
    pub fn give_back(reason: &str) -> Self {
        Self::because("return", reason)
    }

    /// Takes it on.
    pub fn accept() -> Self {
        Self::new("accept")
    }

    /// Begins to work on it (处理).
    pub fn start() -> Self {
        Self::new("start")
    }

    /// Says that one of several handling limits in sequence is met: the next runs.
    pub fn phase() -> Self {
        Self::new("phase")
    }

    /// Asks for more time (申请延期).
    pub fn request_extension(limit: Limit, reason: &str) -> Self {
        Self::because("request-extension", reason).limit(limit)
    }

    /// Gives the time that was asked for.
    pub fn approve_extension() -> Self {
        Self::new("approve-extension")
    }

    /// Does not give the time that was asked for.
    pub fn deny_extension(reason: &str) -> Self {
        Self::because("deny-extension", reason)
    }

    /// Stops the clock (挂账).
    pub fn suspend(reason: &str) -> Self {
        Self::because("suspend", reason)
    }

    /// Lets the clock run again.
    pub fn resume() -> Self {
        Self::new("resume")
    }

    /// Says that it is done (反馈), with pictures of the state after, by SHA-256.
    pub fn feedback<T: Into<String>>(pictures: impl IntoIterator<Item = T>) -> Self {
        Self::new("feedback").pictures(pictures)
    }

    /// Looks whether it was done (核查).
    pub fn check() -> Self {
        Self::new("check")
    }

    /// Closes it (结案).
    pub fn close() -> Self {
        Self::new("close")
    }

    /// Sends it back to be done again (返工).
    pub fn rework(reason: &str) -> Self {
        Self::because("rework", reason)
    }

    /// Evaluates it (评价).
    pub fn evaluate() -> Self {
        Self::new("evaluate")
    }

    /// Ends it as void (废案).
    pub fn void(reason: &str) -> Self {
        Self::because("void", reason)
    }

    /// Opens it again after its end.
    pub fn reopen(reason: &str) -> Self {
        Self::because("reopen", reason)
    }

    /// Says whose work it is, by account.
    pub fn assign(account: &str) -> Self {
        Self { handler: Some(account.to_owned()), ..Self::new("assign") }
    }

    /// Tells the unit above (督办): the one of the township's table, unless [`Step::unit`] names one.
    pub fn escalate(reason: &str) -> Self {
        Self::because("escalate", reason)
    }

    /// Says something, at most 1,000 characters.
    pub fn comment(text: &str) -> Self {
        Self::because("comment", text)
    }

    /// With words, at most 1,000 characters.
    #[must_use]
    pub fn note(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }

    /// With a unit.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        self.unit = Some(unit.to_owned());
        self
    }

    /// With a time limit.
    #[must_use]
    pub fn limit(mut self, limit: Limit) -> Self {
        self.limit = Some(limit);
        self
    }

    /// With pictures, by SHA-256: of the state before until there is feedback, of the state after from it on.
    #[must_use]
    pub fn pictures<T: Into<String>>(mut self, pictures: impl IntoIterator<Item = T>) -> Self {
        self.pictures = pictures.into_iter().map(Into::into).collect();
        self
    }
}
