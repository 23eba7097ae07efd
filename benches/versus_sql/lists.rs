//! Pages of 50, and which questions of both sides are the same.

use casekit::{CasesQuery, HeldBy, PageRequest, Sort, StageCategory};

use crate::raw::{Question, key_of};
use crate::timing::Outcome;
use crate::twins::Twins;
use crate::world::{CLOSED, IN_PROGRESS, KINDS, OPEN, STAGES, person};
use crate::{Bench, pick};

/// What of a page is wanted at most.
const GOAL: Option<f64> = Some(1.3);

/// One list, asked for in several ways that are much the same, such as for several customers.
pub(crate) struct List {
    pub(crate) name: &'static str,
    pub(crate) asked: Vec<(Question, CasesQuery)>,
}

impl Bench<'_> {
    pub(crate) fn lists(&mut self) -> Outcome {
        self.depth()?;
        for List { name, asked } in lists(&self.twins)? {
            let of = asked.len();
            let nth = |n: usize| asked.get(n % of).ok_or("nothing is asked");
            self.compare(
                name,
                "read",
                GOAL,
                |raw, n| Ok(raw.page(&nth(n)?.0, i64::MAX)?.len()),
                |kit, n| Ok(kit.desk.cases(&nth(n)?.1, PageRequest::first())?.rows.len()),
            )?;
        }
        Ok(())
    }

    /// Pages in the middle of the file.
    fn depth(&mut self) -> Outcome {
        let (question, query) = (Question::all(), CasesQuery::default());
        let mut places = Vec::new();
        let mut request = PageRequest::first().of(500);
        while places.len() < 20 {
            let page = self.twins.kit.desk.cases(&query, request)?;
            let Some(next) = page.next_request() else { break };
            let last = page.rows.last().map(|row| row.number.trim_start_matches("C-").parse::<i64>());
            places.push((last.ok_or("an empty page with a next one")??, next.clone()));
            request = next.of(500);
        }
        let nth = |n: usize| places.get(n % places.len().max(1)).ok_or("there is one page only");
        self.compare(
            "page of 50, all, at depth",
            "read",
            GOAL,
            |raw, n| Ok(raw.page(&question, nth(n)?.0)?.len()),
            |kit, n| Ok(kit.desk.cases(&query, nth(n)?.1.clone())?.rows.len()),
        )?;
        Ok(())
    }
}

/// All lists, as both sides ask for them.
pub(crate) fn lists(twins: &Twins) -> Outcome<Vec<List>> {
    let any = CasesQuery::default;
    let by_update = CasesQuery { sort: Sort::Updated, ..any() };
    let stage = |name, wanted: usize| List {
        name,
        asked: vec![(
            Question::of(move |_, stage| stage == wanted),
            CasesQuery { stages: label(wanted).into_iter().collect(), ..any() },
        )],
    };
    let of_type = |name: &'static str, stages: Vec<usize>, query: CasesQuery| List {
        name,
        asked: [0, 1, 2, 3]
            .map(|kind| {
                let stages = stages.clone();
                let question = Question::of(move |of, stage| of == kind && stages.contains(&stage));
                (question, CasesQuery { case_types: type_name(kind).into_iter().collect(), ..query.clone() })
            })
            .into(),
    };
    let held = |name, wanted: Option<usize>| List {
        name,
        asked: [3, 20, 90, 150]
            .map(|who| {
                let question =
                    Question::held(key_of(who), move |_, stage| wanted.is_none_or(|one| one == stage));
                let holder = Some(HeldBy::Actor { id: person(who) });
                (
                    question,
                    CasesQuery { holder, stages: wanted.and_then(label).into_iter().collect(), ..any() },
                )
            })
            .into(),
    };
    let of_customer = |name, wanted: Option<usize>| -> Outcome<List> {
        let asked = [0, 5, 50, 97].map(|who| {
            let id = pick(&twins.customers, who)?;
            let question = Question::of_customer(id, move |kind, _| wanted.is_none_or(|one| one == kind));
            let customer = Some(twins.kit.customer(who)?);
            Ok((
                question,
                CasesQuery {
                    customer,
                    case_types: wanted.and_then(type_name).into_iter().collect(),
                    ..any()
                },
            ))
        });
        Ok(List { name, asked: asked.into_iter().collect::<Outcome<_>>()? })
    };
    let category = CasesQuery { categories: vec![StageCategory::Closed], ..any() };
    Ok(vec![
        List { name: "page of 50, all", asked: vec![(Question::all(), any())] },
        List { name: "page of 50, all, by update", asked: vec![(Question::by_update(), by_update)] },
        stage("page of 50, of a rare stage", IN_PROGRESS),
        stage("page of 50, of a common stage", CLOSED),
        of_type("page of 50, of a type", vec![OPEN, IN_PROGRESS, 2, CLOSED], any()),
        of_type("page of 50, of a type and category", vec![CLOSED], category),
        held("page of 50, of a holder", None),
        held("page of 50, of a holder and stage", Some(CLOSED)),
        of_customer("page of 50, of a customer", None)?,
        of_customer("page of 50, of a customer and type", Some(0))?,
    ])
}

fn label(stage: usize) -> Option<String> {
    STAGES.get(stage).map(|(_, label, _)| (*label).to_owned())
}

fn type_name(kind: usize) -> Option<String> {
    KINDS.get(kind).map(|(name, _)| (*name).to_owned())
}
