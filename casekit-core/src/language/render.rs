//! Renders messages as text.

use std::borrow::Cow;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

use super::message::key_of;
use super::template::{Count, Part, Template};
use super::{Argument, Language, Message};
use crate::time::Timestamp;

impl Language {
    /// A message as text.
    ///
    /// A code that no language has a template for, because a newer version or a host made it, is shown as its last part
    /// with spaces for `_`. An argument that is missing is shown as nothing.
    #[must_use]
    pub fn render(&self, message: &Message) -> String {
        let mut out = String::with_capacity(SENTENCE);
        self.write(&mut out, message);
        out
    }

    /// A message as a screen shows it. Where English errors have backticks, for those who read logs, a screen has
    /// quotation marks around names, and nothing around numbers.
    #[must_use]
    pub fn on_screen(&self, message: &Message) -> String {
        let text = self.render(message);
        let pieces: Vec<&str> = text.split('`').collect();
        // An even number of pieces is an odd number of backticks: somebody's own name has one.
        if pieces.len().is_multiple_of(2) {
            return text;
        }
        let shown = |(place, piece): (usize, &&str)| {
            let is_name = place % 2 == 1 && !piece.chars().all(|c| c.is_ascii_digit());
            if is_name { format!("“{piece}”") } else { (*piece).to_owned() }
        };
        pieces.iter().enumerate().map(shown).collect()
    }

    /// An argument as text.
    #[must_use]
    pub fn say(&self, argument: &Argument) -> String {
        let mut out = String::new();
        self.argument(&mut out, argument);
        out
    }

    /// The text for a key without arguments, such as `stage.open` or `paper.page`.
    #[must_use]
    pub fn word<'a>(&'a self, key: &'a str) -> Cow<'a, str> {
        match self.template(key) {
            Some((language, template)) => match template.plain() {
                Some(text) => Cow::Borrowed(text),
                None => {
                    let mut out = String::new();
                    language.fill(&mut out, template, &Message::new(key.to_owned()), None);
                    Cow::Owned(out)
                }
            },
            None => unknown(key),
        }
    }

    /// The text for an id in a group: `word_of("denial", "no_match")`. An id that no language knows is shown with
    /// spaces for `_`.
    #[must_use]
    pub fn word_of(&self, group: &str, id: &str) -> String {
        self.word(&key_of(group, id)).into_owned()
    }

    /// An instant to the minute by the clocks of the [zone](Self::zone), in the date order of the language. In the hour that
    /// clocks show twice when summer time ends, it says how far from UTC it is.
    #[must_use]
    pub fn minute(&self, at: Timestamp) -> String {
        let said = self.instant("format.minute", at);
        match self.zone().shown_twice(at) {
            Some(offset) => format!("{said} {offset}"),
            None => said,
        }
    }

    /// An instant to the minute with the name of the zone.
    #[must_use]
    pub fn minute_and_zone(&self, at: Timestamp) -> String {
        format!("{} {}", self.minute(at), self.zone().name())
    }

    /// The day of an instant in the zone, in the date order of the language.
    #[must_use]
    pub fn day(&self, at: Timestamp) -> String {
        self.instant("format.day", at)
    }

    /// A day of the calendar, which is the same in every zone, in the date order of the language.
    #[must_use]
    pub fn date(&self, day: NaiveDate) -> String {
        self.shown("format.day", day.and_time(NaiveTime::MIN))
    }

    /// Several texts, joined as the language joins a list.
    #[must_use]
    pub fn list(&self, all: &[String]) -> String {
        let texts: Vec<Argument> = all.iter().map(|text| Argument::Text(text.clone())).collect();
        let mut out = String::new();
        self.join(&mut out, "format.list", &texts);
        out
    }

    fn instant(&self, key: &str, at: Timestamp) -> String {
        self.shown(key, self.zone().local(at))
    }

    fn shown(&self, key: &str, local: NaiveDateTime) -> String {
        let part = |format: &str| Argument::Text(local.format(format).to_string());
        let message = Message::new(key.to_owned())
            .with("year", part("%Y"))
            .with("month", part("%m"))
            .with("day", part("%d"))
            .with("hour", part("%H"))
            .with("minute", part("%M"));
        self.render(&message)
    }

    fn write(&self, out: &mut String, message: &Message) {
        if message.code == Message::GIVEN {
            if let Some(Argument::Text(text)) = message.args.get("text") {
                out.push_str(text);
            }
            return;
        }
        match self.template(&message.code) {
            // A template of another language is filled by the rules of that language, so that no sentence mixes two.
            Some((language, template)) => language.fill(out, template, message, None),
            None => out.push_str(&unknown(&message.code)),
        }
    }

    pub(super) fn fill(&self, out: &mut String, template: &Template, message: &Message, count: Option<i64>) {
        for part in &template.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Count => out.extend(count.map(|count| count.to_string())),
                Part::Argument(name) => {
                    if let Some(value) = message.args.get(name.as_str()) {
                        self.argument(out, value);
                    }
                }
                Part::Plural(name, branches, other) => {
                    let count = message.args.get(name.as_str()).and_then(Argument::number);
                    let exactly = |(wanted, _): &&(Count, Template)| match wanted {
                        Count::Exactly(number) => Some(*number) == count,
                        Count::Category(_) => false,
                    };
                    let category = |(wanted, _): &&(Count, Template)| match wanted {
                        Count::Exactly(_) => false,
                        Count::Category(plural) => count.map(|count| self.rules.of(count)) == Some(*plural),
                    };
                    let branch = branches.iter().find(exactly).or_else(|| branches.iter().find(category));
                    self.fill(out, branch.map_or(other, |(_, branch)| branch), message, count);
                }
                Part::Select(name, branches, other) => {
                    let code = message.args.get(name.as_str()).and_then(Argument::code);
                    let branch = branches.iter().find(|(wanted, _)| Some(wanted.as_str()) == code);
                    self.fill(out, branch.map_or(other, |(_, branch)| branch), message, count);
                }
            }
        }
    }

    fn argument(&self, out: &mut String, value: &Argument) {
        match value {
            Argument::Text(text) => out.push_str(text),
            Argument::Number(number) => out.push_str(&number.to_string()),
            Argument::Instant(at) => out.push_str(&self.minute(*at)),
            Argument::Word(key) => out.push_str(&self.word(key)),
            Argument::Message(message) => self.write(out, message),
            Argument::List(all) => self.join(out, "format.list", all),
        }
    }

    /// Joins a list by a template for two: the text so far, and the next item.
    fn join(&self, out: &mut String, key: &str, all: &[Argument]) {
        if let [only] = all {
            return self.argument(out, only);
        }
        let mut so_far = String::new();
        for (place, value) in all.iter().enumerate() {
            let mut next = String::new();
            self.argument(&mut next, value);
            so_far = match place {
                0 => next,
                _ => self.render(&Message::new(key.to_owned()).with("list", so_far).with("next", next)),
            };
        }
        out.push_str(&so_far);
    }
}

impl Argument {
    /// The count by which a plural branch is chosen; `None` if the value is no number.
    fn number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(_) | Self::Instant(_) | Self::Word(_) | Self::Message(_) | Self::List(_) => None,
        }
    }

    /// The code by which a `select` branch is chosen: the last part of a key, or the text itself.
    fn code(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Word(key) => Some(key.rsplit('.').next().unwrap_or(key)),
            Self::Number(_) | Self::Instant(_) | Self::Message(_) | Self::List(_) => None,
        }
    }
}

/// The buffer's first size in bytes: most sentences are no longer, so most are rendered without growing it.
const SENTENCE: usize = 64;

/// What is shown for a code that no language knows: its last part, with spaces.
fn unknown(key: &str) -> Cow<'_, str> {
    Cow::Owned(key.rsplit('.').next().unwrap_or(key).replace('_', " "))
}
