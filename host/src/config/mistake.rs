//! What is wrong with a configuration file, for whoever wrote it.

use std::fmt;

use xl_model::fault::Code;

/// The file has mistakes.
pub(super) const WRONG: Code = Code(101);

/// The file cannot be read.
pub(super) const UNREADABLE: Code = Code(102);

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The line it stands on, from 1; 0 when it has none.
    pub line: usize,
    /// The key with its section, `mqtt.external.url`; empty for a mistake of the whole file.
    pub key: String,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub allowed: String,
}

/// All mistakes of one file. Code XL0101, or XL0102 when it cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes {
    /// The stable code.
    pub code: Code,
    /// The file's name as given.
    pub file: String,
    /// In the order of lines.
    pub list: Vec<Mistake>,
}

impl std::error::Error for Mistakes {}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.list.len();
        writeln!(f, "{} 配置文件有 {count} 处错误 · {count} mistake(s) in the configuration", self.code)?;
        for mistake in &self.list {
            let line = if mistake.line == 0 { String::new() } else { format!(":{}", mistake.line) };
            let key = if mistake.key.is_empty() { String::new() } else { format!("`{}`: ", mistake.key) };
            writeln!(f, "  {}{line}: {key}{}", self.file, mistake.problem)?;
            writeln!(f, "      允许 · allowed: {}", mistake.allowed)?;
        }
        Ok(())
    }
}
