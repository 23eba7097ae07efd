//! What is written, by a lone caller.

use casekit::{CaseEdit, CaseId, Durability, NoteId, ReleaseReport};

use crate::raw::{Id, New};
use crate::timing::Outcome;
use crate::twins::{Pair, new};
use crate::world::{Dice, IN_PROGRESS, OPEN, RETURNS, STAGES, Told, is_raised, package, sentence, told};
use crate::{Bench, pick};

/// What an operation may use up.
struct Prepared {
    /// To be raised.
    new: Vec<Told>,
    notes: Vec<String>,
    /// Open, in nobody's hands.
    open: Vec<Pair>,
    /// Open, in nobody's hands, and staying so.
    moving: Vec<Pair>,
    /// One that will move often.
    often: Vec<Pair>,
    /// Requests of which the first step is to be approved.
    requests: Vec<Pair>,
    /// Requests that are to be released.
    approved: Vec<Pair>,
}

impl Bench<'_> {
    pub(crate) fn writes(&mut self, durability: Durability, mode: &str) -> Outcome {
        // What is used up is made while writing is cheap, and both sides know their words from it.
        let prepared = self.prepare()?;
        if durability == Durability::Full {
            self.twins.reopen(durability)?;
        }
        let goal = |normal: Option<f64>| if durability == Durability::Full { Some(1.05) } else { normal };
        let customers = self.twins.customers.clone();
        self.compare_some(
            "raise",
            mode,
            goal(Some(1.3)),
            prepared.new.len(),
            |raw, n| raw.raise(&new(nth(&prepared.new, n)?, &customers)),
            |kit, n| kit.raise(nth(&prepared.new, n)?),
        )?;
        self.fields(&prepared, mode, goal(Some(1.3)))?;
        self.notes(&prepared, mode, goal(Some(1.3)))?;
        self.moves(&prepared, mode, goal(Some(1.4)))?;
        self.requests(&prepared, mode, goal(None))
    }

    fn prepare(&mut self) -> Outcome<Prepared> {
        let quick = self.options.quick;
        // Places that nobody was told of yet: no two cases are the same.
        let first = self.twins.pairs.len() * 3;
        let customers = self.twins.customers.len();
        let known = |place| {
            let one = told(place);
            Told { customer: one.customer % customers, ..one }
        };
        let mut plain = (first..).map(known).filter(|one| !is_raised(one));
        let new = plain.by_ref().take(if quick { 300 } else { 1_000 }).collect();
        let mut dice = Dice::new(7, first);
        let mut raise = |bench: &mut Self, of: usize| -> Outcome<Vec<Pair>> {
            plain.by_ref().take(of).map(|one| bench.twins.raise(&one)).collect()
        };
        let open = raise(self, if quick { 100 } else { 400 })?;
        let moving = raise(self, 50)?;
        let often = raise(self, 1)?;
        let request = |bench: &mut Self, of: usize| -> Outcome<Vec<Pair>> {
            let from = bench.twins.pairs.len();
            let taken = |place: usize| {
                let (kit, raw) = bench.twins.request(1_000_000 + place)?;
                bench.twins.kit.desk.take_case(kit)?;
                bench.twins.raw.take(raw)?;
                Ok((kit, raw))
            };
            (from..from + of).map(taken).collect()
        };
        let requests = request(self, if quick { 30 } else { 120 })?;
        let approved = request(self, if quick { 20 } else { 60 })?;
        for (kit, raw) in &approved {
            let desk = &self.twins.kit.desk;
            desk.approve_identification(*kit, "video call", &["passport"])?;
            desk.prepare_data(*kit)?;
            desk.approve_no_data(*kit, Some("it is about somebody else"))?;
            self.twins.raw.approve(*raw, 0)?;
            self.twins.raw.approve(*raw, 1)?;
        }
        let notes = (0..1_000).map(|_| sentence(&mut dice, 30)).collect();
        Ok(Prepared { new, notes, open, moving, often, requests, approved })
    }

    fn fields(&mut self, prepared: &Prepared, mode: &str, goal: Option<f64>) -> Outcome {
        let customers = self.twins.customers.clone();
        let (mut of_raw, mut of_kit): (Vec<Id>, Vec<CaseId>) = (Vec::new(), Vec::new());
        self.compare_some(
            "raise, with two fields and a tag",
            mode,
            goal,
            prepared.new.len(),
            |raw, n| {
                let values = values(n);
                let new = New { kind: RETURNS, values: &values, ..new(nth(&prepared.new, n)?, &customers) };
                of_raw.push(raw.raise(&new)?);
                Ok(())
            },
            |kit, n| {
                of_kit.push(kit.raise_return(nth(&prepared.new, n)?, &values(n))?);
                Ok(())
            },
        )?;
        if of_raw.is_empty() {
            return Ok(());
        }
        let channel = |n: usize| format!("channel_{}", (n / 50 + 1) % 20);
        self.compare(
            "edit of a field",
            mode,
            goal,
            |raw, n| raw.edit_field(pick(&of_raw, n)?, 0, &channel(n)),
            |kit, n| {
                let edit = CaseEdit::new().field("channel", channel(n));
                Ok(kit.desk.edit_case(pick(&of_kit, n)?, edit)?)
            },
        )?;
        Ok(())
    }

    fn notes(&mut self, prepared: &Prepared, mode: &str, goal: Option<f64>) -> Outcome {
        let pairs = self.twins.pairs.clone();
        let (mut of_raw, mut of_kit): (Vec<Id>, Vec<NoteId>) = (Vec::new(), Vec::new());
        self.compare(
            "note",
            mode,
            goal,
            |raw, n| {
                of_raw.push(raw.note(pick(&pairs, n * 37)?.1, nth(&prepared.notes, n)?)?);
                Ok(())
            },
            |kit, n| {
                let note = nth(&prepared.notes, n)?.as_str();
                of_kit.push(kit.desk.add_note(pick(&pairs, n * 37)?.0, note)?.id);
                Ok(())
            },
        )?;
        if of_raw.is_empty() {
            return Ok(());
        }
        let long = self.twins.special.map(|special| special.long);
        let (long_kit, long_raw) = long.ok_or("there is no long case")?;
        self.compare(
            "reply",
            mode,
            goal,
            |raw, n| raw.reply(pick(&of_raw, n * 7)?, nth(&prepared.notes, n)?),
            |kit, n| Ok(kit.desk.reply(pick(&of_kit, n * 7)?, nth(&prepared.notes, n)?.as_str())?),
        )?;
        self.compare_some(
            "note, on a case of 99,000 characters",
            mode,
            goal,
            50,
            |raw, n| raw.note(long_raw, nth(&prepared.notes, n)?),
            |kit, n| Ok(kit.desk.add_note(long_kit, nth(&prepared.notes, n)?.as_str())?),
        )?;
        Ok(())
    }

    fn moves(&mut self, prepared: &Prepared, mode: &str, goal: Option<f64>) -> Outcome {
        // There and back: both are stages that a case may leave without a reason.
        let to = |n: usize, of: usize| if (n / of.max(1)).is_multiple_of(2) { IN_PROGRESS } else { OPEN };
        let edit = |stage: usize| CaseEdit::new().stage(STAGES.get(stage).map_or("", |(_, label, _)| label));
        let moving = &prepared.moving;
        self.compare(
            "stage edit",
            mode,
            goal,
            |raw, n| raw.stage(pick(moving, n)?.1, to(n, moving.len())),
            |kit, n| Ok(kit.desk.edit_case(pick(moving, n)?.0, edit(to(n, moving.len())))?),
        )?;
        let often = "stage edit, of a case that moved 1,000 times";
        if let (Some(pair), true, "NORMAL") =
            (prepared.often.first().copied(), self.options.wants(often), mode)
        {
            for n in 0..1_000 {
                self.twins.raw.stage(pair.1, to(n, 1))?;
                self.twins.kit.desk.edit_case(pair.0, edit(to(n, 1)))?;
            }
            self.compare_some(
                often,
                mode,
                goal,
                50,
                |raw, n| raw.stage(pair.1, to(n, 1)),
                |kit, n| Ok(kit.desk.edit_case(pair.0, edit(to(n, 1)))?),
            )?;
        }
        let long = self.twins.special.map(|special| special.long);
        let (long_kit, long_raw) = long.ok_or("there is no long case")?;
        // It was left open, and an even number of moves leaves it so.
        self.compare_some(
            "stage edit, of a case of 99,000 characters",
            mode,
            goal,
            50,
            |raw, n| raw.stage(long_raw, to(n, 1)),
            |kit, n| Ok(kit.desk.edit_case(long_kit, edit(to(n, 1)))?),
        )?;
        self.compare_some(
            "take",
            mode,
            goal,
            prepared.open.len(),
            |raw, n| raw.take(pick(&prepared.open, n)?.1),
            |kit, n| Ok(kit.desk.take_case(pick(&prepared.open, n)?.0)?),
        )?;
        Ok(())
    }

    fn requests(&mut self, prepared: &Prepared, mode: &str, goal: Option<f64>) -> Outcome {
        self.compare_some(
            "approve a step",
            mode,
            goal,
            prepared.requests.len(),
            |raw, n| raw.approve(pick(&prepared.requests, n)?.1, 0),
            |kit, n| {
                let case = pick(&prepared.requests, n)?.0;
                Ok(kit.desk.approve_identification(case, "video call", &["passport"])?)
            },
        )?;
        let bytes = package();
        // Several commits by design, so the goal of one does not fit.
        self.compare_some(
            "release into a folder",
            mode,
            None,
            prepared.approved.len(),
            |raw, n| raw.release(pick(&prepared.approved, n)?.1, &bytes),
            |kit, n| match kit.desk.release(pick(&prepared.approved, n)?.0)? {
                ReleaseReport::Delivered { .. } => Ok(()),
                other => Err(format!("the answer did not arrive: {other:?}").into()),
            },
        )?;
        Ok(())
    }
}

/// The values of the fields of a case: one channel of twenty, and an order of its own.
fn values(n: usize) -> [String; 2] {
    [format!("channel_{}", n % 20), format!("o-{}", n * 40_503 % 1_000_003)]
}

fn nth<T>(of: &[T], place: usize) -> Outcome<&T> {
    of.get(place).ok_or_else(|| "more is used up than was prepared".into())
}
