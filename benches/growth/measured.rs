//! What is done to a file, and how long each takes.

use std::collections::BTreeMap;
use std::path::Path;

use casekit::{
    CaseEdit, CaseId, CasesQuery, CountBy, CustomerId, Direction, Durability, HeldBy, PageRequest, Sort,
};
use rusqlite::{Connection, OpenFlags};

use crate::timing::{Outcome, Pace, median};
use crate::world::{
    Cast, Dice, IN_PROGRESS, KINDS, Kit, OPEN, STAGES, Told, is_raised, person, prefixes, rare_word,
    sentence, told, word,
};

/// Medians in microseconds.
type Took = BTreeMap<String, f64>;

pub(crate) fn measure(path: &Path, answers: &Path, cases: usize, pace: Pace) -> Outcome<Took> {
    let (ids, customers) = ids(path)?;
    let kit = Kit::again(path, Durability::Normal, answers, customers)?;
    let mut took = Took::new();
    let mut add = |op: &str, micros: f64| {
        took.insert(op.to_owned(), micros);
    };
    one_case(&kit, &ids, pace, &mut add)?;
    lists(&kit, pace, &mut add)?;
    search(&kit, cases, pace, &mut add)?;
    writes(&kit, &ids, cases, pace, &mut add)?;
    kit.kit.close()?;
    Ok(took)
}

fn one_case(kit: &Kit, ids: &[CaseId], pace: Pace, add: &mut impl FnMut(&str, f64)) -> Outcome {
    // Far apart, so that a large file is not read where it was read before.
    let id = |n: usize| ids.get(n * 7_919 % ids.len().max(1)).copied().ok_or("no case");
    add("look up by id", median(pace, |n| Ok(kit.desk.case(id(n)?)?))?);
    let number = |n: usize| format!("C-{:06}", n * 7_919 % ids.len().max(1) + 1);
    add("look up by number", median(pace, |n| Ok(kit.desk.find_case(&number(n))?))?);
    add("summary", median(pace, |n| Ok(kit.desk.summary(id(n)?)?))?);
    Ok(())
}

fn lists(kit: &Kit, pace: Pace, add: &mut impl FnMut(&str, f64)) -> Outcome {
    let any = CasesQuery::default;
    let kind = |kind: usize| -> Vec<String> {
        KINDS.get(kind).map(|(name, _)| (*name).to_owned()).into_iter().collect()
    };
    let stage = |stage: usize| -> Vec<String> {
        STAGES.get(stage).map(|(_, label, _)| (*label).to_owned()).into_iter().collect()
    };
    let by = |n: usize| Some(HeldBy::Actor { id: person(3 + n * 17 % 150) });
    let customer = |n: usize| kit.customers.get(n * 7_919 % kit.customers.len().max(1)).copied();
    let rare = stage(IN_PROGRESS);
    let asked: [(&str, &dyn Fn(usize) -> CasesQuery); 9] = [
        ("page of 50, all", &|_| any()),
        ("page of 50, all, by update", &|_| CasesQuery { sort: Sort::Updated, ..any() }),
        ("page of 50, all, by update, oldest first", &|_| CasesQuery {
            sort: Sort::Updated,
            direction: Direction::Ascending,
            ..any()
        }),
        ("page of 50, of a rare stage", &|_| CasesQuery { stages: rare.clone(), ..any() }),
        ("page of 50, of a common stage", &|_| CasesQuery { stages: stage(3), ..any() }),
        ("page of 50, of a type", &|n| CasesQuery { case_types: kind(n % 4), ..any() }),
        ("page of 50, of a holder", &|n| CasesQuery { holder: by(n), ..any() }),
        ("page of 50, of a holder and stage", &|n| CasesQuery {
            holder: by(n),
            stages: rare.clone(),
            ..any()
        }),
        ("page of 50, of a customer", &|n| CasesQuery { customer: customer(n), ..any() }),
    ];
    for (op, query) in asked {
        add(op, median(pace, |n| Ok(kit.desk.cases(&query(n), PageRequest::first())?))?);
    }
    let four = [CountBy::CaseType, CountBy::Stage, CountBy::Category, CountBy::Holder];
    let all = CasesQuery::default();
    let counts = |_| four.into_iter().map(|by| Ok(kit.desk.counts(by, &all)?.len())).sum::<Outcome<usize>>();
    add("four counts", median(pace, counts)?);
    for (cast, share) in Cast::ALL {
        let desk = cast.desk(&kit.kit);
        let page = median(pace, |_| Ok(desk.my_pending_cases(PageRequest::first())?))?;
        add(&format!("my_pending_cases, {share} pending"), page);
        add(&format!("my_pending_count, {share} pending"), median(pace, |_| Ok(desk.my_pending_count()?))?);
    }
    Ok(())
}

fn search(kit: &Kit, cases: usize, pace: Pace, add: &mut impl FnMut(&str, f64)) -> Outcome {
    let mut measure = |op: String, words: Vec<String>| -> Outcome {
        let nth = |n: usize| words.get(n % words.len().max(1)).ok_or("nothing to look for");
        add(&op, median(pace, |n| Ok(kit.desk.search(nth(n)?, PageRequest::first())?))?);
        Ok(())
    };
    for letters in 1..=6 {
        let plural = if letters == 1 { "letter" } else { "letters" };
        measure(format!("search as typed, {letters} {plural}"), prefixes(letters))?;
    }
    measure("search, a common word".into(), (2..6).map(|rank| word(rank) + " ").collect())?;
    measure("search, a rare word".into(), (1..9).map(|nth| rare_word(nth * cases / 10) + " ").collect())?;
    measure("search, two words that never meet".into(), vec!["north south ".into()])
}

fn writes(kit: &Kit, ids: &[CaseId], cases: usize, pace: Pace, add: &mut impl FnMut(&str, f64)) -> Outcome {
    let known = |place| {
        let one = told(place);
        Told { customer: one.customer % kit.customers.len().max(1), ..one }
    };
    let new: Vec<Told> = (cases * 3..).map(known).filter(|one| !is_raised(one)).take(pace.most).collect();
    let mut raised = Vec::new();
    let raise = |n: usize| {
        raised.push(kit.raise(new.get(n).ok_or("nothing to raise")?)?);
        Ok(())
    };
    add("raise", median(pace, raise)?);
    let mut dice = Dice::new(8, cases);
    let notes: Vec<String> = (0..pace.most).map(|_| sentence(&mut dice, 30)).collect();
    let id = |n: usize| ids.get(n * 7_919 % ids.len().max(1)).copied().ok_or("no case");
    let note = |n: usize| notes.get(n).map(String::as_str).ok_or("no note");
    add("note", median(pace, |n| Ok(kit.desk.add_note(id(n)?, note(n)?)?))?);
    // Only those that were raised just now may be moved without a reason, there and back.
    let edit = |n: usize| {
        let to = if (n / raised.len().max(1)).is_multiple_of(2) { IN_PROGRESS } else { OPEN };
        let label = STAGES.get(to).map_or("", |(_, label, _)| label);
        let case = raised.get(n % raised.len().max(1)).copied().ok_or("nothing was raised")?;
        Ok(kit.desk.edit_case(case, CaseEdit::new().stage(label))?)
    };
    add("stage edit", median(pace, edit)?);
    let retitled = |n: usize| {
        let title: String = note(n)?.chars().take(50).collect();
        Ok(kit.desk.edit_case(id(n)?, CaseEdit::new().title(title))?)
    };
    add("title edit, of any case", median(pace, retitled)?);
    Ok(())
}

/// All cases by number, and all customers as they were entered.
fn ids(path: &Path) -> Outcome<(Vec<CaseId>, Vec<CustomerId>)> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let uuids = |sql: &str| -> Outcome<Vec<uuid::Uuid>> {
        let mut statement = connection.prepare(sql)?;
        let ids = statement.query_map((), |row| row.get::<_, [u8; 16]>(0))?;
        ids.map(|id| Ok(uuid::Uuid::from_bytes(id?))).collect()
    };
    let cases = uuids("SELECT id FROM cases ORDER BY number")?;
    let customers = uuids("SELECT id FROM customers ORDER BY key")?;
    Ok((cases.into_iter().map(CaseId).collect(), customers.into_iter().map(CustomerId).collect()))
}
