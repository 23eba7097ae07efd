//! A log in XES, the standard for event logs (IEEE 1849): traces of events, each with attributes.

use std::error::Error;
use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Log, Reading};

/// Where the reader is in the file.
#[derive(Default)]
struct Place {
    /// The attributes of the trace, each with `case:` before its name; `None` outside of one.
    trace: Option<Vec<(String, String)>>,
    /// The attributes of the event; `None` outside of one.
    event: Option<Vec<(String, String)>>,
    /// How many events there were so far.
    events: u64,
}

pub(super) fn read(bytes: impl BufRead, reading: &Reading) -> Result<Log, Box<dyn Error>> {
    let mut reader = Reader::from_reader(bytes);
    let (mut log, mut place) = (Log::default(), Place::default());
    let (mut buffer, mut skipped) = (Vec::new(), Vec::new());
    loop {
        match reader.read_event_into(&mut buffer)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "log" => {}
                "trace" => place.trace = Some(Vec::new()),
                "event" => place.event = Some(Vec::new()),
                _ => {
                    place.attribute(&element)?;
                    // What an attribute says about itself is no attribute of the event.
                    let end = element.to_end().into_owned();
                    reader.read_to_end_into(end.name(), &mut skipped)?;
                    skipped.clear();
                }
            },
            Event::Empty(element) => match element.local_name().as_ref() {
                "event" => {
                    place.event = Some(Vec::new());
                    place.ends(&mut log, reading)?;
                }
                _ => place.attribute(&element)?,
            },
            Event::End(element) => match element.local_name().as_ref() {
                "event" => place.ends(&mut log, reading)?,
                "trace" => place.trace = None,
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
        buffer.clear();
    }
    match place.trace.is_some() || place.event.is_some() {
        true => Err("the file ends within a trace: it was cut off".into()),
        false => Ok(log),
    }
}

impl Place {
    /// Keeps an attribute of the event or of the trace. Those of the log say nothing about a case.
    fn attribute(&mut self, element: &BytesStart<'_>) -> Result<(), Box<dyn Error>> {
        let (mut key, mut value) = (None, None);
        for attribute in element.attributes() {
            let attribute = attribute?;
            match attribute.key.as_ref() {
                "key" => key = Some(quick_xml::escape::unescape(&attribute.value)?.into_owned()),
                "value" => value = Some(quick_xml::escape::unescape(&attribute.value)?.into_owned()),
                _ => {}
            }
        }
        let Some((key, value)) = key.zip(value) else { return Ok(()) };
        match (&mut self.event, &mut self.trace) {
            (Some(event), _) => event.push((key, value)),
            (None, Some(trace)) => trace.push((format!("case:{key}"), value)),
            (None, None) => {}
        }
        Ok(())
    }

    /// The event ends: adds it to the log, with what its trace says.
    fn ends(&mut self, log: &mut Log, reading: &Reading) -> Result<(), String> {
        self.events += 1;
        let event = self.event.take().unwrap_or_default();
        let trace = self.trace.as_deref().unwrap_or_default();
        let fields: Vec<(&str, &str)> =
            trace.iter().chain(&event).map(|(name, value)| (name.as_str(), value.as_str())).collect();
        log.add(&format!("event {}", self.events), &fields, reading)
    }
}
