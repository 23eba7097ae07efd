//! Finding quotes that are not closed at the end of their cell.

use std::io::{self, Read};

/// Passes a CSV file on to the reader and watches its quotes. The reader is lenient: after a quote that is never closed
/// it takes the rest of the file as one cell, which would then contain rows of other people.
///
/// A quoted cell ends at a separator or at the end of a line (RFC 4180). One that does not is accepted within a line,
/// where it does no harm; one that spans several lines has swallowed some of them.
pub(super) struct Quotes<R> {
    input: R,
    separator: u8,
    state: State,
    line: u64,
    opened: u64,
    unclosed: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellBegins,
    Plain,
    Quoted,
    /// After a quote within a quoted cell: either the end of the cell, or the first half of a doubled quote.
    Quote,
}

impl<R> Quotes<R> {
    pub(super) fn new(input: R, separator: u8) -> Self {
        Self { input, separator, state: State::CellBegins, line: 1, opened: 0, unclosed: None }
    }

    /// The line of the first quote in what was read so far that is not closed at the end of its cell.
    pub(super) fn unclosed(&self) -> Option<u64> {
        self.unclosed
    }

    fn take(&mut self, byte: u8) {
        let ends = byte == self.separator || byte == b'\n' || byte == b'\r';
        self.state = match self.state {
            State::CellBegins if byte == b'"' => {
                self.opened = self.line;
                State::Quoted
            }
            State::Quoted if byte == b'"' => State::Quote,
            State::Quoted => State::Quoted,
            State::Quote if byte == b'"' => State::Quoted,
            State::CellBegins | State::Plain | State::Quote if ends => State::CellBegins,
            State::Quote if self.line > self.opened => {
                self.unclosed = self.unclosed.or(Some(self.opened));
                State::Plain
            }
            State::CellBegins | State::Plain | State::Quote => State::Plain,
        };
        if byte == b'\n' {
            self.line += 1;
        }
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        if read == 0 && !buffer.is_empty() && self.state == State::Quoted {
            self.unclosed = self.unclosed.or(Some(self.opened));
        }
        buffer.iter().take(read).for_each(|byte| self.take(*byte));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unclosed(text: &str) -> Option<u64> {
        let mut quotes = Quotes::new(text.as_bytes(), b',');
        quotes.read_to_end(&mut Vec::new()).unwrap();
        quotes.unclosed()
    }

    #[test]
    fn a_quote_that_swallows_lines_is_found_where_it_opened() {
        assert_eq!(unclosed("a,b\n7,\"wants a call\n8,x\n9,y\n"), Some(2));
        assert_eq!(unclosed("a,b\n7,\"wants a call\n8,\"x\"\n9,y\n"), Some(2));
        assert_eq!(unclosed("a,b\n6,\"two\nlines\"\n7,\"wants a call"), Some(4));
        assert_eq!(unclosed("a,\"b\n7,x\n"), Some(1));
    }

    #[test]
    fn what_rfc_4180_allows_is_let_pass_and_so_is_what_harms_nobody() {
        for text in [
            "a,b\n7,\"two\nlines\"\n8,\"two\r\nlines\"\r\n",
            "a,b\n7,\"says \"\"no\"\"\nand goes\"\n",
            "a,b\n7,\"\"\n8,\"\n\"",
            "a,b\n7,5\" pipe\n8,5\" pipe\n",
            "a,b\n7,\"Acme\" Ltd\n8,x\n",
            "a,b\n7, \"x\n8,y\n",
        ] {
            assert_eq!(unclosed(text), None, "{text:?}");
        }
    }
}
