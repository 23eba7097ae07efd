//! Everything that a screen can show, as text.

use casekit::{
    CaseId, CaseKit, CasesQuery, CountBy, Desk, Error, Moment, PageRequest, Role, StoreErrorKind, StreamId,
};
use serde::Serialize;

use crate::office::{desk, root};

/// As many cases as a good file has at most, and some more.
const CASES: usize = 5_000;

/// The beginning of a line for what is refused.
pub const REFUSED: &str = "refused:";

/// What an administrator sees, a line each.
///
/// # Errors
/// A fault of the store, or that something which a list names is not there.
pub fn screens(kit: &CaseKit) -> Result<String, Error> {
    let mut screens =
        Screens { root: root(kit), petra: desk(kit, "petra", Role::Approver), text: String::new() };
    screens.all()?;
    Ok(screens.text)
}

struct Screens {
    root: Desk,
    /// Somebody for whom cases wait.
    petra: Desk,
    text: String,
}

impl Screens {
    fn show(&mut self, shown: &impl Serialize) {
        // What cannot be written as JSON is shown as that.
        let line = serde_json::to_string(shown).unwrap_or_else(|error| error.to_string());
        self.text.push_str(&line);
        self.text.push('\n');
    }

    /// What is shown only if there is any; that there is none is a line too.
    fn if_any<T: Serialize>(&mut self, shown: Result<T, Error>) -> Result<(), Error> {
        match shown {
            Ok(shown) => self.show(&shown),
            Err(Error::Rejected(rejection)) => {
                self.text.push_str(&format!("{REFUSED} {}\n", rejection.code()))
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// What is proven only when it is read: that its bytes are damaged is a line too.
    fn if_sound<T: Serialize>(&mut self, shown: Result<T, Error>) -> Result<(), Error> {
        if let Err(Error::Store(fault)) = &shown
            && fault.kind() == StoreErrorKind::Corrupt
        {
            self.text.push_str(&format!("{REFUSED} {}\n", fault.kind().code()));
            return Ok(());
        }
        self.if_any(shown)
    }

    fn all(&mut self) -> Result<(), Error> {
        self.show(&self.root.settings()?);
        self.show(&self.root.case_types()?);
        self.show(&self.root.workflows()?);
        for case in self.list()? {
            self.case(case)?;
        }
        self.customers()?;
        for by in [CountBy::Stage, CountBy::CaseType] {
            self.show(&self.root.counts(by, &CasesQuery::default())?);
        }
        for words in ["title", "note lampen", "imported", "ada", "edited"] {
            self.show(&self.root.search(words, PageRequest::first().of(200))?.rows);
        }
        self.show(&self.petra.my_pending_cases(PageRequest::first())?.rows);
        self.show(&self.root.failure_overview()?);
        self.show(&self.root.changes_since(None, 500)?.changes);
        Ok(())
    }

    fn list(&mut self) -> Result<Vec<CaseId>, Error> {
        let mut cases = Vec::new();
        let mut next = Some(PageRequest::first());
        while let Some(request) = next.filter(|_| cases.len() < CASES) {
            let page = self.root.cases(&CasesQuery::default(), request)?;
            next = page.next_request();
            cases.extend(page.rows.iter().map(|row| row.id));
            self.show(&page.rows);
        }
        Ok(cases)
    }

    fn case(&mut self, case: CaseId) -> Result<(), Error> {
        let view = self.root.case(case)?;
        self.show(&view);
        let thread = self.root.thread(case, PageRequest::first().of(500))?.rows;
        self.show(&thread);
        self.if_any(self.root.summary(case))?;
        self.if_sound(self.root.preview_data(case, "shop", "orders", 0, 50))?;
        self.if_any(self.root.snapshot(case))?;
        let history = self.root.history(StreamId::Case(case), PageRequest::first().of(500))?;
        self.show(&history.rows);
        self.if_any(self.root.case_at(case, Moment::Revision(view.revision.div_ceil(2))))?;
        let newest = Moment::Revision(view.revision);
        self.if_any(self.root.thread_at(case, newest, PageRequest::first().of(500)).map(|page| page.rows))?;
        for note in thread.iter().take(3) {
            self.if_any(self.root.note_revisions(note.id))?;
        }
        Ok(())
    }

    fn customers(&mut self) -> Result<(), Error> {
        let customers = self.root.customers(None, PageRequest::first().of(500))?.rows;
        self.show(&customers);
        for customer in customers {
            let view = self.root.customer(customer.id)?;
            if let Some(reference) = &view.external_reference {
                self.show(&self.root.find_customer(reference)?.id);
            }
            self.show(&view);
            self.show(&self.root.interactions(customer.id, PageRequest::first())?.rows);
        }
        Ok(())
    }
}

/// Whether a text is another, but for screens that are refused instead of shown otherwise.
#[must_use]
pub fn only_refuses(is: &str, was: &str) -> bool {
    is.lines().count() == was.lines().count()
        && is.lines().zip(was.lines()).all(|(is, was)| is == was || is.starts_with(REFUSED))
}
