//! What is read of one case, counted and searched.

use casekit::{CasesQuery, CountBy, Desk, PageRequest, StreamId};

use crate::raw::{By, DECIDE, RELEASE, REVOKE};
use crate::timing::{Compared, Outcome};
use crate::world::{Cast, prefixes, rare_word, word};
use crate::{Bench, pick};

/// What is searched for, and how often it is there.
pub(crate) fn searches(cases: usize) -> Vec<(&'static str, Vec<String>)> {
    let whole = |word: String| word + " ";
    vec![
        ("search, a common word", (2..6).map(|rank| whole(word(rank))).collect()),
        ("search, a middle word", (1_000..1_020).map(|rank| whole(word(rank))).collect()),
        ("search, a rare word", (1..9).map(|nth| whole(rare_word(nth * cases / 10))).collect()),
        ("search, two words", (2..6).map(|rank| whole(word(rank) + " " + &word(100 + rank))).collect()),
        ("search, two words that never meet", vec![whole("north south".into())]),
    ]
}

impl Bench<'_> {
    pub(crate) fn reads(&mut self) -> Outcome {
        self.look_up()?;
        self.counts()?;
        self.pending()?;
        self.search()?;
        self.one_case()
    }

    fn look_up(&mut self) -> Outcome {
        let (pairs, goal) = (self.twins.pairs.clone(), Some(1.4));
        self.compare(
            "look up by id",
            "read",
            goal,
            |raw, n| Ok(raw.by_id(pick(&pairs, n * 37)?.1)?.notes),
            |kit, n| Ok(kit.desk.case(pick(&pairs, n * 37)?.0)?),
        )?;
        let numbers: Vec<String> =
            (0..1_100).map(|n| format!("C-{:06}", n * 37 % pairs.len().max(1) + 1)).collect();
        let number = |n: usize| numbers.get(n % numbers.len()).ok_or("no number");
        self.compare(
            "look up by number",
            "read",
            goal,
            |raw, n| Ok(raw.by_number(number(n)?)?.notes),
            |kit, n| Ok(kit.desk.find_case(number(n)?)?),
        )?;
        if let Some(special) = self.twins.special {
            self.compare(
                "look up by id, 99,000 characters",
                "read",
                goal,
                |raw, _| Ok(raw.by_id(special.long.1)?.description),
                |kit, _| Ok(kit.desk.case(special.long.0)?),
            )?;
        }
        Ok(())
    }

    fn counts(&mut self) -> Outcome {
        let all = CasesQuery::default();
        self.compare(
            "four counts",
            "read",
            Some(1.5),
            |raw, _| {
                let four = [By::Type, By::Stage, By::Category, By::Holder].map(|by| raw.counts(by));
                four.into_iter().map(|counts| Ok(counts?.len())).sum::<Outcome<usize>>()
            },
            |kit, _| {
                let four = [CountBy::CaseType, CountBy::Stage, CountBy::Category, CountBy::Holder];
                four.into_iter().map(|by| Ok(kit.desk.counts(by, &all)?.len())).sum::<Outcome<usize>>()
            },
        )?;
        Ok(())
    }

    fn pending(&mut self) -> Outcome {
        for (cast, share) in Cast::ALL {
            let (desk, permission): (Desk, i64) = (cast.desk(&self.twins.kit.kit), permission(cast));
            self.compare(
                &format!("my_pending_cases, {share} pending"),
                "read",
                None,
                |raw, _| Ok(raw.pending(permission, 0)?.len()),
                |_, _| Ok(desk.my_pending_cases(PageRequest::first())?.rows.len()),
            )?;
            self.compare(
                &format!("my_pending_count, {share} pending"),
                "read",
                None,
                |raw, _| raw.pending_count(permission),
                |_, _| Ok(desk.my_pending_count()?),
            )?;
        }
        Ok(())
    }

    fn search(&mut self) -> Outcome {
        let whole =
            searches(self.twins.cases).into_iter().map(|(name, words)| (name.to_owned(), words, Some(1.2)));
        let typed = (1..=6).map(|letters| {
            let plural = if letters == 1 { "letter" } else { "letters" };
            (format!("search as typed, {letters} {plural}"), prefixes(letters), None)
        });
        for (name, words, goal) in whole.chain(typed).collect::<Vec<_>>() {
            let nth = |n: usize| words.get(n % words.len().max(1)).ok_or("nothing to look for");
            self.compare(
                &name,
                "read",
                goal,
                |raw, n| Ok(raw.search(nth(n)?)?.len()),
                |kit, n| Ok(kit.desk.search(nth(n)?, PageRequest::first())?.rows.len()),
            )?;
        }
        Ok(())
    }

    fn one_case(&mut self) -> Outcome {
        let special = self.twins.special.ok_or("there are no special cases")?;
        let deep = [("10", special.ten_events), ("1,000", special.thousand_events)];
        for (events, (kit_id, raw_id)) in deep {
            self.compare(
                &format!("history, of {events} events"),
                "read",
                Some(1.5),
                |raw, _| Ok(raw.history(raw_id)?.len()),
                |kit, _| Ok(kit.desk.history(StreamId::Case(kit_id), PageRequest::first())?.rows.len()),
            )?;
        }
        let (kit_id, raw_id) = special.thousand_events;
        self.compare(
            "thread, of 500 notes",
            "read",
            None,
            |raw, _| Ok(raw.thread(raw_id)?.len()),
            |kit, _| Ok(kit.desk.thread(kit_id, PageRequest::first())?.rows.len()),
        )?;
        let mut took = Vec::new();
        for (notes, (kit_id, raw_id)) in [("1 note", special.one_note), ("9,000 notes", special.many_notes)] {
            let compared = self.compare(
                &format!("summary, of {notes}"),
                "read",
                None,
                |raw, _| Ok(raw.summary(raw_id)?.last_notes.len()),
                |kit, _| Ok(kit.desk.summary(kit_id)?.last_notes.len()),
            )?;
            took.extend(compared.as_ref().map(Compared::casekit));
        }
        if let &[one, many] = took.as_slice() {
            // Both of casekit: what nine thousand notes cost.
            let mut compared = Compared::default();
            compared.add(one, many);
            let name = "summary, 9,000 notes to 1";
            self.table.add(compared.line(name, "read", self.twins.cases, Some(1.2)));
        }
        Ok(())
    }
}

/// What the hand-written side calls what they may do.
pub(crate) fn permission(cast: Cast) -> i64 {
    match cast {
        Cast::Few => DECIDE,
        Cast::Some => RELEASE,
        Cast::Many => REVOKE,
    }
}
