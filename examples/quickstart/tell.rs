//! What the reader sees: each call, and then its result.

use std::fmt::Display;
use std::io::{self, Write};

/// Shows a call as it is written in the source, and makes it.
macro_rules! call {
    ($tell:expr, $call:expr) => {{
        $tell.call(stringify!($call))?;
        $call
    }};
}

/// The page that the example writes.
pub(crate) struct Tell<'a> {
    out: &'a mut dyn Write,
    parts: u32,
}

impl<'a> Tell<'a> {
    pub(crate) fn new(out: &'a mut dyn Write) -> Self {
        Self { out, parts: 0 }
    }

    /// Prints the heading of a part.
    pub(crate) fn part(&mut self, title: &str) -> io::Result<()> {
        self.parts += 1;
        writeln!(self.out, "\n{}. {title}", self.parts)
    }

    /// Shows a call on one line, whatever its layout in the source.
    pub(crate) fn call(&mut self, code: &str) -> io::Result<()> {
        let words: Vec<&str> = code.split_whitespace().collect();
        let line =
            words.join(" ").replace(" .", ".").replace("( ", "(").replace(", )", ")").replace(",)", ")");
        let line = line.trim_end_matches('?');
        // A long chain continues on the next line, from the last call that still fits.
        let fits =
            line.match_indices(").").map(|(place, _)| place + 1).take_while(|place| *place < 100).last();
        match fits.filter(|_| line.len() > 110) {
            Some(place) => {
                let (first, rest) = line.split_at(place);
                writeln!(self.out, "   > {first}\n         {rest}")
            }
            None => writeln!(self.out, "   > {line}"),
        }
    }

    /// Shows the result of a call, or what it means.
    pub(crate) fn back(&mut self, what: impl Display) -> io::Result<()> {
        writeln!(self.out, "     {what}")
    }
}
