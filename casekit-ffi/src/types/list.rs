//! Lists: what is asked, and pages of rows.

use casekit::{
    CaseSummary, CustomerId, CustomerSummary, Direction, FailingCase, HeldBy, HistoryEntry, Page, SearchHit,
    Sort, StageCategory, ThreadNote, Timestamp,
};

macro_rules! pages {
    ($($(#[$doc:meta])* $name:ident of $row:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Debug, uniffi::Record)]
        pub struct $name {
            /// The rows.
            pub rows: Vec<$row>,
            /// Where the next page begins: give it as `after`. Nothing on the last one, and only there: a page can be shorter
            /// than asked for, even empty, and go on.
            pub next: Option<String>,
        }

        impl From<Page<$row>> for $name {
            fn from(page: Page<$row>) -> Self {
                let Page { rows, next } = page;
                Self { rows, next }
            }
        }
    )*};
}

pages! {
    /// A page of cases.
    CasePage of CaseSummary;
    /// A page of customers.
    CustomerPage of CustomerSummary;
    /// A page of a thread.
    NotePage of ThreadNote;
    /// A page of a history.
    HistoryPage of HistoryEntry;
    /// A page of cases with errors.
    FailingCasePage of FailingCase;
    /// A page of what was found.
    SearchPage of SearchHit;
}

/// Which cases, and in which order. Every condition that is given must hold.
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct CasesQuery {
    /// Of the type with this name or id.
    #[uniffi(default = None)]
    pub case_type: Option<String>,
    /// In the stage with this id or label.
    #[uniffi(default = None)]
    pub stage: Option<String>,
    /// In a stage of this category.
    #[uniffi(default = None)]
    pub category: Option<StageCategory>,
    /// In whose hands.
    #[uniffi(default = None)]
    pub holder: Option<HeldBy>,
    /// Of this customer.
    #[uniffi(default = None)]
    pub customer: Option<CustomerId>,
    /// Raised at this instant or later.
    #[uniffi(default = None)]
    pub raised_from: Option<Timestamp>,
    /// Raised before this instant.
    #[uniffi(default = None)]
    pub raised_before: Option<Timestamp>,
    /// Found by this text in number, title, description or customer name.
    #[uniffi(default = None)]
    pub text: Option<String>,
    /// By number (if not given), by when they were raised, or by when they last changed.
    #[uniffi(default = None)]
    pub sort: Option<Sort>,
    /// Greatest first, unless said otherwise.
    #[uniffi(default = None)]
    pub direction: Option<Direction>,
}

impl From<CasesQuery> for casekit::CasesQuery {
    fn from(query: CasesQuery) -> Self {
        Self {
            case_type: query.case_type,
            stage: query.stage,
            category: query.category,
            holder: query.holder,
            customer: query.customer,
            raised_from: query.raised_from,
            raised_before: query.raised_before,
            text: query.text,
            sort: query.sort.unwrap_or_default(),
            direction: query.direction.unwrap_or_default(),
        }
    }
}
