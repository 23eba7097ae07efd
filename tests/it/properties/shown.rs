//! Screens with live reads on them: they always show what asking again would show.

use casekit::{CasesQuery, CountBy, Desk, Error, FieldCondition, HeldBy, Live, PageRequest};

use crate::build::Office;

type Read = fn(&Desk) -> Result<String, Error>;

/// Live reads with what they delivered last.
pub(super) struct Shown(Vec<(Live<String>, Read, String)>);

impl Shown {
    pub(super) fn on(office: &Office) -> Self {
        let reads: [Read; 6] = [
            |desk| Ok(format!("{:?}", desk.cases(&CasesQuery::default(), PageRequest::first())?)),
            |desk| {
                let query = CasesQuery {
                    holder: Some(HeldBy::Me),
                    stages: vec!["in_progress".into()],
                    ..CasesQuery::default()
                };
                Ok(format!("{:?}", desk.cases(&query, PageRequest::first().of(2))?))
            },
            |desk| Ok(format!("{:?}", desk.counts(CountBy::Stage, &CasesQuery::default())?)),
            |desk| Ok(format!("{:?}", desk.counts(CountBy::Tag, &CasesQuery::default())?)),
            |desk| {
                let fields = vec![FieldCondition::is("channel", "Phone")];
                let query = CasesQuery { fields, ..CasesQuery::default() };
                Ok(format!("{:?}", desk.cases(&query, PageRequest::first())?))
            },
            |desk| Ok(format!("{:?}", desk.customers(None, PageRequest::first())?)),
        ];
        let desk = office.agent();
        Self(reads.into_iter().map(|read| (desk.live(read), read, String::new())).collect())
    }

    pub(super) fn is_what_there_is(&mut self, office: &Office) {
        let desk = office.agent();
        for (live, read, shown) in &mut self.0 {
            if let Some(delivered) = live.refresh().unwrap() {
                assert_ne!(delivered, *shown, "what did not change is not delivered again");
                *shown = delivered;
            }
            assert_eq!(*shown, read(&desk).unwrap());
        }
    }
}
