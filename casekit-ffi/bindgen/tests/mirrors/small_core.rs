//! What is generated of a small core, whole.

use casekit_bindgen::core_source::Sources;
use casekit_bindgen::{
    generated::{self, GeneratedFiles},
    mirrors,
};

use super::root;

const FACADE: &str = "pub use casekit_core::{command::*, desk::*, model::{BoxId, Colour, Shade}};";

const CORE: &str = "pub mod command;\npub mod desk;\npub mod model;\n";

const MODEL: &str = r#"//! What a box is.

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident is $field:literal;)*) => {$( $(#[$doc])* pub struct $name(pub Uuid); )*};
}

ids! {
    /// Names a box.
    BoxId is "box";
}

macro_rules! colours {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// The colour of a box.
        pub enum Colour {
            $($(#[$doc])* $name,)*
            /// Another.
            Other {
                /// Which.
                text: String,
            },
        }
    };
}

colours! {
    /// Like blood.
    Red = "red",
    /// Like the sky.
    Blue = "blue",
}

/// How dark.
#[derive(Clone, Default)]
pub enum Shade {
    /// Not very.
    #[default]
    Light,
    /// Very.
    Dark,
}
"#;

const COMMAND: &str = r#"//! Making boxes.

/// A box to be made.
///
/// ```
/// let one = NewBox::new("tea");
/// ```
#[derive(Clone, Default)]
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct NewBox {
    /// What is in it.
    pub content: String,
    /// Its colour.
    pub colour: Option<Colour>,
    /// How many; see [`content`](Self::content).
    pub count: u32,
    /// What stands on it.
    pub labels: Vec<String>,
}

impl NewBox {
    /// One box.
    pub fn new(content: impl Into<String>) -> Self {
        Self { content: content.into(), colour: None, count: 1, labels: Vec::new() }
    }
}
"#;

const DESK: &str = r#"//! A desk.

/// A box.
#[cfg_attr(not(feature = "exhaustive"), non_exhaustive)]
pub struct BoxView {
    /// Its identity.
    pub id: BoxId,
    /// Its colour.
    pub colour: Option<Colour>,
}

/// Which boxes.
#[derive(Clone, Default)]
pub struct BoxesQuery {
    /// Of this darkness.
    pub shade: Shade,
    /// With this on it.
    pub label: Option<String>,
}

/// A page.
pub struct Page<T> {
    /// The rows.
    pub rows: Vec<T>,
}

/// A page of boxes.
pub type BoxPage = Page<BoxView>;

impl Desk {
    /// Makes a box. Needs [`MakeBoxes`](Permission::MakeBoxes).
    ///
    /// It is empty.
    pub fn make_box(&self, new: NewBox, because: Option<&str>) -> Result<BoxView, Error> { todo() }

    /// Boxes.
    pub fn boxes(&self, query: &BoxesQuery) -> Result<Page<BoxView>, Error> { todo() }

    /// Burns boxes.
    pub fn burn(&self, ids: &[BoxId]) -> Result<(), Error> { todo() }

    /// Those that hosts have otherwise.
    pub fn import(&self, tell: impl FnMut(u64)) -> Result<u64, Error> { todo() }
    pub fn verify_with(&self, tell: impl FnMut(u64)) -> Result<u64, Error> { todo() }
    pub fn verify_stream_with(&self, tell: impl FnMut(u64)) -> Result<u64, Error> { todo() }
    pub fn live<T>(&self) -> T { todo() }
    pub fn begin_export(&self) {}
    pub fn end_export(&self) {}
    pub fn fail_export(&self) {}
    pub fn fields_on_paper(&self) {}
    pub fn people_on_paper(&self) {}
    pub fn customer_copy(&self) {}
    pub fn import_with(&self, tell: &mut dyn FnMut(u64)) -> Result<u64, Error> { todo() }
    /// Changes.
    pub fn changes_since(&self, limit: u32) -> Result<u64, Error> { todo() }
    /// Shows.
    pub fn preview_data(&self, offset: u64, limit: u32) -> Result<u64, Error> { todo() }

    fn inner(&self) {}
}
"#;

const BY_HAND: &str =
    "#[uniffi::export]\nimpl Desk {\n/// Burns boxes.\npub fn burn(&self, ids: Vec<BoxId>) {}\n}";

fn all_generated() -> GeneratedFiles {
    let mut sources = Sources::default();
    for (path, text) in [
        ("src/lib.rs", FACADE),
        ("casekit-sqlite/src/lib.rs", ""),
        ("casekit-core/src/lib.rs", CORE),
        ("casekit-core/src/model.rs", MODEL),
        ("casekit-core/src/command.rs", COMMAND),
        ("casekit-core/src/desk.rs", DESK),
        ("casekit-ffi/src/desk.rs", BY_HAND),
    ] {
        sources.put(path, text);
    }
    mirrors::of(&sources, &root()).unwrap()
}

/// The text of a generated file, below its head.
fn file(path: &str) -> String {
    let files = all_generated();
    let text = files.text(&format!("casekit-ffi/src/{path}")).unwrap();
    text.strip_prefix(&generated::head("//")).unwrap().trim_start().to_owned()
}

#[test]
fn a_command_is_declared_with_what_its_constructor_does_not_ask_for() {
    let wanted = r#"//! Making boxes.

use casekit::{Colour, NewBox};

/// A box to be made.
#[uniffi::remote(Record)]
pub struct NewBox {
    /// What is in it.
    pub content: String,
    /// Its colour.
    #[uniffi(default = None)]
    pub colour: Option<Colour>,
    /// How many; see `Self::content`.
    #[uniffi(default = 1)]
    pub count: u32,
    /// What stands on it.
    #[uniffi(default = [])]
    pub labels: Vec<String>,
}
"#;
    assert_eq!(file("types/command.rs"), wanted);
}

#[test]
fn what_macros_declare_is_declared_too() {
    let wanted = r#"//! What a box is.

use casekit::{BoxId, Colour, Shade};

crate::custom::ids! { BoxId }

/// The colour of a box.
#[uniffi::remote(Enum)]
pub enum Colour {
    /// Like blood.
    Red,
    /// Like the sky.
    Blue,
    /// Another.
    Other {
        /// Which.
        text: String,
    },
}

/// How dark.
#[uniffi::remote(Enum)]
pub enum Shade {
    /// Not very.
    Light,
    /// Very.
    Dark,
}
"#;
    assert_eq!(file("types/model.rs"), wanted);
}

#[test]
fn a_page_and_a_query_have_forms_of_their_own() {
    let wanted = r#"//! A desk.

use casekit::{BoxId, BoxView, Colour, Page, Shade};

/// A box.
#[uniffi::remote(Record)]
pub struct BoxView {
    /// Its identity.
    pub id: BoxId,
    /// Its colour.
    pub colour: Option<Colour>,
}

/// Which boxes.
#[derive(Clone, PartialEq, Eq, Debug, Default, uniffi::Record)]
pub struct BoxesQuery {
    /// Of this darkness.
    #[uniffi(default = None)]
    pub shade: Option<Shade>,
    /// With this on it.
    #[uniffi(default = None)]
    pub label: Option<String>,
}

impl From<BoxesQuery> for casekit::BoxesQuery {
    fn from(given: BoxesQuery) -> Self {
        Self { shade: given.shade.unwrap_or_default(), label: given.label }
    }
}

/// A page of boxes.
#[derive(Clone, PartialEq, Debug, uniffi::Record)]
pub struct BoxPage {
    /// The rows.
    pub rows: Vec<BoxView>,
}

impl From<Page<BoxView>> for BoxPage {
    fn from(page: Page<BoxView>) -> Self {
        let Page { rows } = page;
        Self { rows }
    }
}
"#;
    assert_eq!(file("types/desk.rs"), wanted);
    let root = file("types.rs");
    assert!(
        root.ends_with("mod command;\nmod desk;\nmod model;\n\npub use desk::{BoxPage, BoxesQuery};\n"),
        "{root}"
    );
}

#[test]
fn methods_pass_through_but_those_by_hand() {
    let wanted = r#"//! A desk.

use casekit::{BoxView, NewBox};

use crate::desk::Desk;
use crate::error::CasekitError;
use crate::types::{BoxPage, BoxesQuery};

#[uniffi::export]
impl Desk {
    /// Makes a box. Needs `make_boxes`.
    ///
    /// It is empty.
    #[uniffi::method(default(because = None))]
    pub fn make_box(&self, new: NewBox, because: Option<String>) -> Result<BoxView, CasekitError> {
        self.guard(|| self.desk.make_box(new, because.as_deref()))
    }

    /// Boxes.
    #[uniffi::method(default(query = None))]
    pub fn boxes(&self, query: Option<BoxesQuery>) -> Result<BoxPage, CasekitError> {
        self.guard(|| self.desk.boxes(&query.unwrap_or_default().into()).map(Into::into))
    }

    /// Changes.
    #[uniffi::method(default(limit = 500))]
    pub fn changes_since(&self, limit: u32) -> Result<u64, CasekitError> {
        self.guard(|| self.desk.changes_since(limit))
    }

    /// Shows.
    #[uniffi::method(default(offset = 0, limit = 50))]
    pub fn preview_data(&self, offset: u64, limit: u32) -> Result<u64, CasekitError> {
        self.guard(|| self.desk.preview_data(offset, limit))
    }
}
"#;
    assert_eq!(file("desk/pass_through/desk.rs"), wanted);
}
