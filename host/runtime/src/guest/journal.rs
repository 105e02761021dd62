//! What a guest writes to its log and to its standard output, bounded; it outlives the run.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use xl_model::effect::LogLevel;
use xl_model::effect::LogLine;

/// Most bytes of a line; the rest is cut.
pub(crate) const MAX_LINE_BYTES: usize = 4096;

/// Where a text came from that carries no level of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stream {
    /// Standard output.
    Out,
    /// Standard error: what a panic says.
    Err,
}

/// The log of one run.
#[derive(Debug)]
pub(crate) struct Journal {
    most: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    lines: Vec<LogLine>,
    dropped: u64,
    /// Lines of standard output and error that have not ended yet.
    open: [Vec<u8>; 2],
}

impl Journal {
    pub(crate) fn new(most_lines: u32) -> Self {
        Self { most: most_lines as usize, state: Mutex::default() }
    }

    /// Writes one line.
    pub(crate) fn write(&self, level: LogLevel, message: &str) {
        self.state().push(self.most, level, message);
    }

    /// Takes bytes of standard output or error and writes the lines that end in them.
    pub(crate) fn stream(&self, stream: Stream, bytes: &[u8]) {
        let mut state = self.state();
        for part in bytes.split_inclusive(|byte| *byte == b'\n') {
            let open = &mut state.open[stream as usize];
            let room = MAX_LINE_BYTES.saturating_sub(open.len());
            open.extend_from_slice(&part[..part.len().min(room)]);
            if part.ends_with(b"\n") {
                let line = std::mem::take(open);
                state.finish(self.most, stream, &line);
            }
        }
    }

    /// Ends the log and hands it over, with a last line that says how many were dropped.
    pub(crate) fn close(&self) -> Vec<LogLine> {
        let mut state = self.state();
        for stream in [Stream::Out, Stream::Err] {
            let line = std::mem::take(&mut state.open[stream as usize]);
            state.finish(self.most, stream, &line);
        }
        let dropped = std::mem::take(&mut state.dropped);
        if dropped > 0 {
            let message = format!("{dropped} further lines were dropped: a run may write {}", self.most);
            state.lines.push(LogLine { level: LogLevel::Warn, message });
        }
        std::mem::take(&mut state.lines)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that panics runs under this lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn push(&mut self, most: usize, level: LogLevel, message: &str) {
        if self.lines.len() < most {
            self.lines.push(LogLine { level, message: plain(message, MAX_LINE_BYTES) });
        } else {
            self.dropped += 1;
        }
    }

    fn finish(&mut self, most: usize, stream: Stream, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\n', '\r']);
        if !text.is_empty() {
            let level = if stream == Stream::Out { LogLevel::Info } else { LogLevel::Warn };
            self.push(most, level, text);
        }
    }
}

/// `text` cut to `most` bytes, with control and direction characters written out, so that it can be shown anywhere.
pub(crate) fn plain(text: &str, most: usize) -> String {
    let mut plain = String::with_capacity(text.len().min(most));
    for character in text.chars() {
        let written = plain.len();
        match character {
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                plain.extend(character.escape_unicode());
            }
            control if control.is_control() => plain.extend(control.escape_default()),
            other => plain.push(other),
        }
        if plain.len() > most {
            plain.truncate(written);
            break;
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(level: LogLevel, message: &str) -> LogLine {
        LogLine { level, message: message.to_owned() }
    }

    #[test]
    fn lines_beyond_the_limit_are_dropped_and_counted() {
        let journal = Journal::new(2);
        (0..5).for_each(|n| journal.write(LogLevel::Info, &n.to_string()));
        let last = line(LogLevel::Warn, "3 further lines were dropped: a run may write 2");
        assert_eq!(journal.close(), [line(LogLevel::Info, "0"), line(LogLevel::Info, "1"), last]);
    }

    #[test]
    fn standard_output_is_cut_into_lines() {
        let journal = Journal::new(10);
        journal.stream(Stream::Out, b"one\ntw");
        journal.stream(Stream::Err, b"panicked");
        journal.stream(Stream::Out, b"o\r\n\nthree");
        let info = |text| line(LogLevel::Info, text);
        assert_eq!(journal.close(), [info("one"), info("two"), info("three"), line(LogLevel::Warn, "panicked")]);
    }

    #[test]
    fn a_line_is_cut_and_carries_no_control_or_direction_characters() {
        assert_eq!(plain("a\u{1b}[31m\r\nb\u{202e}c", 100), "a\\u{1b}[31m\\r\\nb\\u{202e}c");
        assert_eq!(plain("好好好", 7), "好好");
        let journal = Journal::new(1);
        journal.stream(Stream::Out, &[b'x'; 100_000]);
        assert_eq!(journal.close()[0].message.len(), MAX_LINE_BYTES);
    }
}
