//! Two files with the same in them.

use std::path::{Path, PathBuf};
use std::time::Instant;

use casekit::{CaseId, Durability};

use crate::raw::{Id, New, Raw};
use crate::timing::{Compared, Outcome, micros};
use crate::world::{Kit, REQUESTED, REQUESTS, Told, customer, customers_at, deep, is_raised, long, told};

/// One case on both sides.
pub(crate) type Pair = (CaseId, Id);

pub(crate) struct Twins {
    pub(crate) cases: usize,
    pub(crate) kit: Kit,
    pub(crate) raw: Raw,
    /// By number, from 1.
    pub(crate) pairs: Vec<Pair>,
    /// The customers of the hand-written side, by place.
    pub(crate) customers: Vec<Id>,
    pub(crate) special: Option<Special>,
    folder: PathBuf,
}

/// Cases unlike others.
#[derive(Clone, Copy)]
pub(crate) struct Special {
    pub(crate) ten_events: Pair,
    pub(crate) thousand_events: Pair,
    pub(crate) one_note: Pair,
    pub(crate) many_notes: Pair,
    /// With 99,000 characters.
    pub(crate) long: Pair,
}

impl Twins {
    pub(crate) fn create(folder: &Path, cases: usize) -> Outcome<Self> {
        for side in ["kit-answers", "raw-answers"] {
            std::fs::create_dir(folder.join(side))?;
        }
        let kit = Kit::create(&folder.join("kit.db"), &folder.join("kit-answers"))?;
        let raw = Raw::open(&folder.join("raw.db"), Durability::Normal, &folder.join("raw-answers"))?;
        let folder = folder.to_owned();
        Ok(Self { cases, kit, raw, pairs: Vec::new(), customers: Vec::new(), special: None, folder })
    }

    /// Opens both anew.
    pub(crate) fn reopen(&mut self, durability: Durability) -> Outcome {
        self.kit.kit.close()?;
        let answers = self.folder.join("kit-answers");
        let customers = std::mem::take(&mut self.kit.customers);
        self.kit = Kit::again(&self.folder.join("kit.db"), durability, &answers, customers)?;
        self.raw = Raw::open(&self.folder.join("raw.db"), durability, &self.folder.join("raw-answers"))?;
        Ok(())
    }

    /// Brings the world into both, batch by batch; says what importing a case took.
    pub(crate) fn fill(&mut self) -> Outcome<Compared> {
        for place in 0..REQUESTS {
            self.request(place)?;
        }
        let mut compared = Compared::default();
        let batch = (self.cases / 8).clamp(250, 4_000);
        let mut from = 0;
        while from < self.cases {
            let to = self.cases.min(from + batch);
            self.enter_customers(to)?;
            let told: Vec<Told> = (from..to).map(told).collect();
            let (of_raw, of_kit) = self.import(told.iter().filter(|one| !is_raised(one)), from / batch)?;
            // The first warms up and does not count.
            if from > 0 {
                compared.add(of_raw, of_kit);
            }
            for one in told.iter().filter(|one| is_raised(one)) {
                self.raise(one)?;
            }
            from = to;
        }
        Ok(compared)
    }

    /// Cases unlike others, which only some operations are about.
    pub(crate) fn add_special(&mut self) -> Outcome {
        let from = self.cases;
        let told = [
            deep(from, 5, 4),
            deep(from + 1, 500, 499),
            deep(from + 2, 1, 0),
            deep(from + 3, 9_000, 0),
            long(from + 4, 99_000),
        ];
        let first = self.pairs.len();
        self.import(told.iter(), 0)?;
        let made = self.pairs.get(first..).unwrap_or_default();
        if let &[ten_events, thousand_events, one_note, many_notes, long] = made {
            self.special = Some(Special { ten_events, thousand_events, one_note, many_notes, long });
        }
        Ok(())
    }

    fn enter_customers(&mut self, cases: usize) -> Outcome {
        let new = (self.customers.len()..customers_at(cases)).map(customer);
        let told: Vec<(String, String)> = new.map(|one| (one.name, one.reference)).collect();
        self.customers.extend(self.raw.customers(&told)?);
        self.kit.enter_customers(cases)
    }

    /// Imports into both, in turns; says what a case took of each, in microseconds.
    fn import<'a>(&mut self, told: impl Iterator<Item = &'a Told>, round: usize) -> Outcome<(f64, f64)> {
        let told: Vec<&Told> = told.collect();
        let items = self.kit.items(told.iter().copied())?;
        let Self { kit, raw, customers, .. } = self;
        let mut of_raw = || clocked(told.len(), || raw.import(&told, customers));
        let of_kit = || clocked(told.len(), || kit.import(&items));
        let ((raw_took, raw_ids), (kit_took, kit_ids)) = if round.is_multiple_of(2) {
            (of_raw()?, of_kit()?)
        } else {
            let kit = of_kit()?;
            (of_raw()?, kit)
        };
        self.pairs.extend(kit_ids.into_iter().zip(raw_ids));
        Ok((raw_took, kit_took))
    }

    /// Raises a case in both.
    pub(crate) fn raise(&mut self, told: &Told) -> Outcome<Pair> {
        let pair = (self.kit.raise(told)?, self.raw.raise(&new(told, &self.customers))?);
        self.pairs.push(pair);
        Ok(pair)
    }

    /// A request for data arrives in both.
    pub(crate) fn request(&mut self, place: usize) -> Outcome<Pair> {
        let new =
            New { kind: REQUESTED, title: "Data request", description: "", customer: None, values: &[] };
        let pair = (self.kit.request(place)?, self.raw.raise(&new)?);
        self.pairs.push(pair);
        Ok(pair)
    }

    /// How many bytes a case takes.
    pub(crate) fn bytes(&self) -> Outcome<Compared> {
        let raw = self.raw.bytes()?;
        // Closed, a file has no log; nothing is closed here, so the log is counted as the pages that it will be.
        let copy = self.folder.join("copy.db");
        self.kit.kit.backup_to(&copy)?;
        let kit = std::fs::metadata(&copy)?.len();
        std::fs::remove_file(copy)?;
        let mut compared = Compared::default();
        compared.add(raw as f64 / self.cases as f64, kit as f64 / self.cases as f64);
        Ok(compared)
    }
}

/// What is told as the hand-written side takes it.
pub(crate) fn new<'a>(told: &'a Told, customers: &[Id]) -> New<'a> {
    let customer = customers.get(told.customer).copied();
    New { kind: told.kind, title: &told.title, description: &told.description, customer, values: &[] }
}

fn clocked<T>(of: usize, work: impl FnOnce() -> Outcome<T>) -> Outcome<(f64, T)> {
    let begun = Instant::now();
    let done = work()?;
    Ok((micros(begun.elapsed()) / of.max(1) as f64, done))
}
