//! Lists and counts, each held against the cases that the toy says meet its conditions.

use std::collections::{BTreeMap, BTreeSet};

use casekit::{
    CaseCountRow, CaseId, CasesQuery, CountBy, CustomerId, Desk, Direction, FieldCondition, HeldBy, Priority,
    StageCategory,
};

use super::super::fields::{self, CHANNEL, CUSTOMERS, FIELDS, Field, IDS, LETTER, ORDER, PHONE};
use super::super::{Case, REFUNDS, Toy};
use crate::build::all_pages;
use crate::laws::instruction::{ENDS, STAGES, TYPES, WORKERS};

/// Conditions of a list, and which cases meet them.
type Asking<'a> = (CasesQuery, Box<dyn Fn(&Case) -> bool + 'a>);

impl Toy {
    /// Everything can be listed and counted, whole and under conditions.
    pub(super) fn is_counted(&self, desk: &Desk) {
        for (query, meets) in self.plain().into_iter().chain(self.by_fields()) {
            self.holds(desk, &query, &*meets);
        }
        self.is_counted_among(desk, &|_| true);
        for (of, fields) in FIELDS.iter().enumerate().take(TYPES.len()) {
            fields.iter().filter(|field| field.indexed).for_each(|field| self.is_sorted(desk, of, field));
        }
    }

    /// What the actor sees is counted and found by its tags, also together with other conditions.
    pub(super) fn is_counted_among(&self, desk: &Desk, sees: &dyn Fn(&Case) -> bool) {
        self.holds(desk, &CasesQuery::default(), sees);
        self.are_the_tags(desk, sees);
        for (query, meets) in self.by_tags() {
            self.holds(desk, &query, &|case| sees(case) && meets(case));
        }
    }

    /// The list has the cases that meet the conditions, and every count by anything is of these.
    fn holds(&self, desk: &Desk, query: &CasesQuery, meets: &dyn Fn(&Case) -> bool) {
        let meant: Vec<&Case> = self.cases.iter().filter(|case| meets(case)).collect();
        let query = CasesQuery { direction: Direction::Ascending, ..query.clone() };
        let rows = all_pages(3, |page| desk.cases(&query, page));
        let listed: Vec<CaseId> = rows.iter().map(|row| row.id).collect();
        assert_eq!(listed, meant.iter().map(|case| case.id).collect::<Vec<_>>(), "{query:?}");
        for by in CountBy::ALL {
            let rows = desk.counts(by, &query).unwrap();
            if by == CountBy::Tag {
                let names: Vec<_> = rows.iter().filter_map(|row| row.tag.clone()).collect();
                assert_eq!(names, self.tag_names(self.tags_in_use()), "tags without a case too: {query:?}");
            }
            let rows = rows.iter().filter(|row| row.count > 0);
            let mut found: Vec<(String, u64)> = rows.map(|row| (group(row, by), row.count)).collect();
            found.sort();
            let mut said = BTreeMap::new();
            for of in meant.iter().flat_map(|case| self.groups(case, by)) {
                *said.entry(of).or_insert(0_u64) += 1;
            }
            assert_eq!(found, said.into_iter().collect::<Vec<_>>(), "by {by:?}: {query:?}");
        }
    }

    /// The groups of a case.
    fn groups(&self, case: &Case, by: CountBy) -> Vec<String> {
        let category =
            [StageCategory::Open, StageCategory::Active, StageCategory::Resolved, StageCategory::Closed]
                [case.stage];
        vec![match by {
            CountBy::CaseType => TYPES[case.kind].to_owned(),
            CountBy::Stage => format!("{}: {}", TYPES[case.kind], STAGES[case.stage]),
            CountBy::Category => format!("{category:?}"),
            CountBy::Holder => case.holder.clone().unwrap_or_default(),
            CountBy::Team => String::new(),
            CountBy::Tag => return self.tag_names(case.tags.iter().copied()),
            CountBy::Priority => format!("{:?}", case.priority),
            CountBy::Resolution => case.end.map_or_else(String::new, |end| ENDS[end].to_owned()),
        }]
    }

    /// Conditions on what every case has.
    fn plain(&self) -> Vec<Asking<'_>> {
        let any = CasesQuery::default;
        let mut all: Vec<Asking<'_>> = Vec::new();
        for (kind, name) in TYPES.iter().enumerate() {
            let query = CasesQuery { case_types: vec![(*name).to_owned()], ..any() };
            all.push((query, Box::new(move |case| case.kind == kind)));
        }
        for (stage, id) in STAGES.iter().enumerate() {
            let query = CasesQuery { stages: vec![(*id).to_owned()], ..any() };
            all.push((query, Box::new(move |case| case.stage == stage)));
        }
        for id in WORKERS.into_iter().chain(["old-hand"]) {
            let query = CasesQuery { holder: Some(HeldBy::Actor { id: id.to_owned() }), ..any() };
            all.push((query, Box::new(move |case| case.holder.as_deref() == Some(id))));
        }
        let untaken = CasesQuery { holder: Some(HeldBy::Nobody), ..any() };
        all.push((untaken, Box::new(|case| case.holder.is_none())));
        for priority in Priority::ALL {
            let query = CasesQuery { priorities: vec![priority], ..any() };
            all.push((query, Box::new(move |case| case.priority == priority)));
        }
        for (end, code) in ENDS.iter().enumerate() {
            let query = CasesQuery { resolutions: vec![(*code).to_owned()], ..any() };
            all.push((query, Box::new(move |case| case.end == Some(end))));
        }
        let unsaid = CasesQuery { without_resolution: true, ..any() };
        all.push((unsaid, Box::new(|case| case.end.is_none())));
        all
    }

    /// Conditions on tags, by everything that each is called, alone and with others.
    fn by_tags(&self) -> Vec<Asking<'_>> {
        let called = self.ways_to_call();
        let query = |tags: &[&String]| CasesQuery {
            tags: tags.iter().map(|tag| (*tag).clone()).collect(),
            ..CasesQuery::default()
        };
        let mut all: Vec<Asking<'_>> = Vec::new();
        for (text, tag) in &called {
            let tag = *tag;
            all.push((query(&[text]), Box::new(move |case| case.tags.contains(&tag))));
        }
        for pair in called.windows(2) {
            let tags = BTreeSet::from([pair[0].1, pair[1].1]);
            let both = query(&[&pair[0].0, &pair[1].0]);
            all.push((both, Box::new(move |case| case.tags.is_superset(&tags))));
        }
        let mut seen = BTreeSet::new();
        for (text, tag) in called.iter().filter(|(_, tag)| seen.insert(*tag)) {
            let (tag, with) = (*tag, query(&[text]));
            let refunds = CasesQuery { case_types: vec![TYPES[REFUNDS].to_owned()], ..with.clone() };
            all.push((refunds, Box::new(move |case| case.kind == REFUNDS && case.tags.contains(&tag))));
            let begun = CasesQuery { stages: vec![STAGES[1].to_owned()], ..with.clone() };
            all.push((begun, Box::new(move |case| case.stage == 1 && case.tags.contains(&tag))));
            let held = CasesQuery { holder: Some(HeldBy::Me), ..with.clone() };
            let untaken = CasesQuery { holder: Some(HeldBy::Nobody), ..held };
            all.push((untaken, Box::new(move |case| case.holder.is_none() && case.tags.contains(&tag))));
            let fields = vec![FieldCondition::is(IDS[CHANNEL], fields::given(CHANNEL, PHONE))];
            let by_phone = CasesQuery { fields, ..with };
            all.push((by_phone, Box::new(move |case| is(case, CHANNEL, PHONE) && case.tags.contains(&tag))));
        }
        all
    }

    /// Conditions on fields: each value, ranges, and fields that several types have.
    fn by_fields(&self) -> Vec<Asking<'_>> {
        let mut all: Vec<Asking<'_>> = Vec::new();
        for (of, fields) in FIELDS.iter().enumerate().take(TYPES.len()) {
            let within = |condition| CasesQuery {
                case_types: vec![TYPES[of].to_owned()],
                fields: vec![condition],
                ..CasesQuery::default()
            };
            for field in fields.iter().filter(|field| field.indexed) {
                let number = field.number;
                for value in field.values() {
                    let query = within(FieldCondition::is(IDS[number], fields::given(number, value)));
                    all.push((query, Box::new(move |case| case.kind == of && is(case, number, value))));
                }
                // Of two values in their order, what lies from the one to the other.
                let mut two = field.values();
                two.sort_by_key(|value| fields::rank(number, *value));
                let (from, to) = (two[0], two[1]);
                let [least, greatest] = [from, to].map(|value| fields::rank(number, value));
                let [from, to] = [from, to].map(|value| fields::given(number, value));
                let query = within(FieldCondition::between(IDS[number], from, to));
                let lies = move |value: &usize| (least..=greatest).contains(&fields::rank(number, *value));
                all.push((
                    query,
                    Box::new(move |case| case.kind == of && case.values.get(&number).is_some_and(lies)),
                ));
            }
        }
        // Two types have the field, and two conditions must both be met.
        let fields = vec![FieldCondition::one_of(
            IDS[CHANNEL],
            [PHONE, LETTER].map(|value| fields::given(CHANNEL, value)),
        )];
        let channels = CasesQuery { fields, ..CasesQuery::default() };
        let meets = |case: &Case| is(case, CHANNEL, PHONE) || is(case, CHANNEL, LETTER);
        let mut with_order = channels.clone();
        with_order.fields.push(FieldCondition::is(IDS[ORDER], "KIWI 12"));
        all.push((channels, Box::new(meets)));
        let meets = move |case: &Case| case.kind == REFUNDS && meets(case) && is(case, ORDER, 1);
        all.push((with_order, Box::new(meets)));
        all
    }

    /// A list in the order of a field has the cases of the type with a value; of one value, they come by their numbers.
    fn is_sorted(&self, desk: &Desk, of: usize, field: &Field) {
        let number = field.number;
        let mut meant: Vec<(usize, CaseId)> = Vec::new();
        for case in self.cases.iter().filter(|case| case.kind == of) {
            meant.extend(case.values.get(&number).map(|value| (fields::rank(number, *value), case.id)));
        }
        meant.sort_by_key(|(rank, _)| *rank);
        for direction in [Direction::Ascending, Direction::Descending] {
            let query = CasesQuery {
                case_types: vec![TYPES[of].to_owned()],
                sort_field: Some(fields::LABELS[number].to_owned()),
                direction,
                ..CasesQuery::default()
            };
            let listed: Vec<CaseId> =
                all_pages(2, |page| desk.cases(&query, page)).iter().map(|row| row.id).collect();
            assert_eq!(listed, meant.iter().map(|(_, id)| *id).collect::<Vec<_>>(), "{query:?}");
            meant.reverse();
        }
    }

    /// Words of values find cases and customers, unless the field is sensitive.
    pub(super) fn is_found(&self, desk: &Desk) {
        for word in ["kiwi", "papaya", "mango"] {
            let query = CasesQuery { text: Some(word.to_owned()), ..CasesQuery::default() };
            self.holds(desk, &query, &|case| fields::is_found(case.kind, &case.values, word));
            let of_case = |case: &&Case| fields::is_found(case.kind, &case.values, word);
            let meant: BTreeSet<CaseId> = self.cases.iter().filter(of_case).map(|case| case.id).collect();
            let hits = all_pages(2, |page| desk.search(word, page));
            assert_eq!(hits.iter().map(|hit| hit.case.id).collect::<BTreeSet<_>>(), meant, "{word}");
            self.customers_are(desk, &[], Some(word), |values| fields::is_found(CUSTOMERS, values, word));
        }
        for field in FIELDS[CUSTOMERS].iter().filter(|field| field.indexed) {
            let number = field.number;
            for value in field.values() {
                let condition = FieldCondition::is(IDS[number], fields::given(number, value));
                let has = |values: &fields::Values| fields::is_alike(number, values.get(&number), value);
                self.customers_are(desk, &[condition], None, has);
            }
        }
    }

    fn customers_are(
        &self,
        desk: &Desk,
        conditions: &[FieldCondition],
        text: Option<&str>,
        meets: impl Fn(&fields::Values) -> bool,
    ) {
        let listed = all_pages(2, |page| desk.customers_by_fields(conditions, text, page));
        let found: Vec<CustomerId> = listed.iter().map(|row| row.id).collect();
        let is_meant = |id: &CustomerId| found.contains(id);
        for customer in &self.customers {
            assert_eq!(is_meant(&customer.id), meets(&customer.values), "{conditions:?} {text:?}");
        }
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len(), "each once");
    }
}

/// Whether a case has a value in an indexed field, or one that differs from it in case alone.
fn is(case: &Case, number: usize, value: usize) -> bool {
    let is_indexed = FIELDS[case.kind].iter().any(|field| field.number == number && field.indexed);
    is_indexed && fields::is_alike(number, case.values.get(&number), value)
}

fn group(row: &CaseCountRow, by: CountBy) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    match by {
        CountBy::CaseType => text(&row.case_type),
        CountBy::Stage => format!("{}: {}", text(&row.case_type), text(&row.stage_id)),
        CountBy::Category => format!("{:?}", row.category.unwrap()),
        CountBy::Holder => text(&row.holder),
        CountBy::Team => text(&row.team),
        CountBy::Tag => text(&row.tag),
        CountBy::Priority => format!("{:?}", row.priority.unwrap()),
        CountBy::Resolution => text(&row.resolution_code),
    }
}
