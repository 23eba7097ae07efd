//! Finding quotes that are not closed at the end of their cell.

use std::io::{self, Read};

use casekit_core::model::CsvLineBreaks;

/// Passes a CSV file on to the reader and watches its quotes. The reader is lenient: after a quote that is never closed
/// it takes the rest of the file as one cell, which would then contain rows of other people.
///
/// A quoted cell ends at a separator or at the end of a line (RFC 4180). One that does not is accepted within a line,
/// where it does no harm; one that spans several lines has swallowed some of them. So has, as likely as not, a record of which
/// every line has as many separators as a row: the program that wrote it meant each to be one.
pub(super) struct Quotes<R> {
    input: R,
    separator: u8,
    line_breaks: CsvLineBreaks,
    state: State,
    line: u64,
    /// Where the last quote opened.
    opened: u64,
    record: Record,
    /// How many separators a row has; `None` within the heading.
    row: Option<u64>,
    last: u8,
    found: Option<Unclosed>,
}

/// What is wrong with a quote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Unclosed {
    /// The quote that opens in this line is not closed at the end of its cell.
    Open(u64),
    /// The quote that opens in this line may be closed by one of another row: every line of its record reads as a row.
    Doubtful(u64),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    CellBegins,
    Plain,
    Quoted,
    /// After a quote within a quoted cell: either the end of the cell, or the first half of a doubled quote.
    Quote,
}

/// The record that is being read.
#[derive(Clone, Copy)]
struct Record {
    /// Separators of the record itself.
    separators: u64,
    /// Separators in the present line of the file, also those within quotes.
    in_line: u64,
    /// The fewest of any line before it.
    fewest: u64,
    /// Where the first quote opened within which a line ended.
    spans_from: Option<u64>,
}

const NEW: Record = Record { separators: 0, in_line: 0, fewest: u64::MAX, spans_from: None };

impl<R> Quotes<R> {
    pub(super) fn new(input: R, separator: u8, line_breaks: CsvLineBreaks) -> Self {
        let (state, record) = (State::CellBegins, NEW);
        let (line, opened, row, last, found) = (1, 0, None, 0, None);
        Self { input, separator, line_breaks, state, line, opened, record, row, last, found }
    }

    /// The first quote in what was read so far that is wrong.
    pub(super) fn unclosed(&self) -> Option<Unclosed> {
        self.found
    }

    fn take(&mut self, byte: u8) {
        let ends_line = byte == b'\n' || byte == b'\r';
        let ends = byte == self.separator || ends_line;
        if byte == self.separator {
            self.record.in_line += 1;
            self.record.separators += u64::from(self.state != State::Quoted);
        }
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
                self.found = self.found.or(Some(Unclosed::Open(self.opened)));
                State::Plain
            }
            State::CellBegins | State::Plain | State::Quote => State::Plain,
        };
        // The two bytes of one line break end one line.
        if ends_line && !(byte == b'\n' && self.last == b'\r') {
            self.end_line();
        }
        if byte == b'\n' {
            self.line += 1;
        }
        self.last = byte;
    }

    fn end_line(&mut self) {
        if self.state == State::Quoted {
            self.record.fewest = self.record.fewest.min(self.record.in_line);
            self.record.spans_from = self.record.spans_from.or(Some(self.opened));
            self.record.in_line = 0;
            return;
        }
        let Record { separators, in_line, fewest, spans_from } = std::mem::replace(&mut self.record, NEW);
        let row = *self.row.get_or_insert(separators);
        let doubted = self.line_breaks == CsvLineBreaks::Doubted && fewest.min(in_line) >= row;
        self.found = self.found.or(spans_from.filter(|_| doubted).map(Unclosed::Doubtful));
    }
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            if self.state == State::Quoted {
                self.found = self.found.or(Some(Unclosed::Open(self.opened)));
            }
            // The last line may have no break.
            self.end_line();
        }
        buffer.iter().take(read).for_each(|byte| self.take(*byte));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, line_breaks: CsvLineBreaks) -> Option<Unclosed> {
        let mut quotes = Quotes::new(text.as_bytes(), b',', line_breaks);
        quotes.read_to_end(&mut Vec::new()).unwrap();
        quotes.unclosed()
    }

    fn unclosed(text: &str) -> Option<Unclosed> {
        found(text, CsvLineBreaks::Doubted)
    }

    #[test]
    fn a_quote_that_swallows_lines_is_found_where_it_opened() {
        assert_eq!(unclosed("a,b\n7,\"wants a call\n8,x\n9,y\n"), Some(Unclosed::Open(2)));
        assert_eq!(unclosed("a,b\n7,\"wants a call\n8,\"x\"\n9,y\n"), Some(Unclosed::Open(2)));
        assert_eq!(unclosed("a,b\n6,\"two\nlines\"\n7,\"wants a call"), Some(Unclosed::Open(4)));
        assert_eq!(unclosed("a,\"b\n7,x\n"), Some(Unclosed::Open(1)));
    }

    #[test]
    fn a_quote_that_another_row_closes_is_found_unless_the_file_is_trusted() {
        for text in [
            "a,b\n7,\"wants a call\n8,5\"\n9,y\n",
            "a,b\r\n7,\"wants a call\r\n8,x\r\n9,5\"\r\n",
            "a,b\n7,\"wants a call\n8,5\"",
            "a,b,c\n7,\"wants a call,x\n8,pipe 5\",y\n",
            "a,b,c\n7,x,\"wants a call\n8,\"\"y\"\",z\n9,y,\"\n",
        ] {
            assert_eq!(unclosed(text), Some(Unclosed::Doubtful(2)), "{text:?}");
            assert_eq!(found(text, CsvLineBreaks::Trusted), None, "{text:?}");
        }
        assert_eq!(unclosed("a,\"b\n7,x\"\n"), Some(Unclosed::Doubtful(1)), "in the heading");
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
            "a,b,c\n7,\"Dear Sir,\nplease call, thanks\nYours, truly\",x\n",
            "a,\"b\n(EUR)\"\n7,x\n",
            "a,b\n\"first\nsecond\",x\n7,y\n",
        ] {
            assert_eq!(unclosed(text), None, "{text:?}");
        }
    }

    proptest! {
        /// Rows without quotes or separators in their cells, as a program writes that knows neither: of whichever two cells one
        /// quote opens and one closes, the rows between are never taken as one cell.
        #[test]
        fn no_two_stray_quotes_swallow_rows(
            rows in proptest::collection::vec(proptest::collection::vec("[a-z ]{1,6}", 3), 2..6),
            open in 0_usize..6, close in 0_usize..6, column in 0_usize..3, other in 0_usize..3,
        ) {
            let (mut rows, last) = (rows.clone(), rows.len() - 1);
            let (open, close) = (open.min(close).min(last - 1), open.max(close).min(last).max(open.min(close).min(last - 1) + 1));
            rows[open][column].insert(0, '"');
            rows[close][other].push('"');
            let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
            let text = format!("a,b,c\n{}\n", lines.join("\n"));
            prop_assert!(unclosed(&text).is_some(), "{}", text);
        }
    }
}
