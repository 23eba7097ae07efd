//! Kotlin and Swift: the content of braces belongs to a type, and is public, or to code, and is not.

/// How a language marks what is public.
pub(super) struct Braces {
    /// The keywords that begin a type, after modifiers.
    types: &'static [&'static str],
    /// The keywords that begin any other declaration.
    members: &'static [&'static str],
    /// The modifiers that hide a declaration.
    hiding: &'static [&'static str],
    /// Whether only declarations with `public` are public.
    says_public: bool,
    /// Marks, in a comment or in front of a declaration, of what is not for users.
    suppressed: &'static [&'static str],
}

/// Members that Swift requires of values and collections and documents itself; and the one value of a variant in
/// Kotlin, which the variant's documentation describes.
const INHERITED: [&str; 12] = [
    "val v1: ",
    "func ==",
    "func hash(",
    "var description",
    "var debugDescription",
    "startIndex: Int",
    "endIndex: Int",
    "subscript(",
    "typealias Element",
    "struct Iterator",
    "func makeAsyncIterator()",
    "mutating func next()",
];

/// What an open brace belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Scope {
    /// A public type. In an enumeration, words alone are declarations; in a protocol, members are public without
    /// `public`.
    Seen { is_enum: bool, is_protocol: bool },
    /// Code, or a type that is not public.
    Hidden,
}

impl Braces {
    pub(super) fn of_kotlin() -> Self {
        Self {
            types: &["class ", "interface ", "object "],
            members: &["fun ", "val ", "var ", "typealias "],
            hiding: &[
                "private ",
                "internal ",
                "protected ",
                "override ",
                "companion ",
                "import ",
                "package ",
            ],
            says_public: false,
            suppressed: &["@suppress"],
        }
    }

    pub(super) fn of_swift() -> Self {
        Self {
            types: &["struct ", "enum ", "class ", "protocol ", "extension ", "actor "],
            members: &["func ", "let ", "var ", "init(", "init<", "typealias ", "subscript(", "case "],
            hiding: &["private ", "fileprivate ", "internal ", "override ", "import ", "convenience "],
            says_public: true,
            suppressed: &["@_documentation(visibility: private)", "@_spi("],
        }
    }

    /// The lines that declare something public without documentation.
    pub(super) fn undocumented(&self, code: &str) -> Vec<String> {
        let mut bare = Vec::new();
        let mut open = vec![Scope::Seen { is_enum: false, is_protocol: false }];
        // What the next brace belongs to, and whether the head of a type is still open.
        let mut next: Option<Scope> = None;
        let mut brackets = 0_i32;
        let (mut is_said, mut is_suppressed) = (false, false);
        let mut comment: Option<String> = None;
        for line in code.lines() {
            let mut line = line.trim();
            if let Some(said) = &mut comment {
                said.push_str(line);
                let Some((_, after)) = line.split_once("*/") else { continue };
                is_said = has_words(said);
                is_suppressed |= self.suppressed.iter().any(|word| said.contains(word));
                comment = None;
                line = after.trim();
            } else if let Some(begun) = line.strip_prefix("/**") {
                match begun.split_once("*/") {
                    Some((said, after)) => {
                        is_said = has_words(said);
                        line = after.trim();
                    }
                    None => {
                        comment = Some(begun.to_owned());
                        continue;
                    }
                }
            } else if let Some(said) = line.strip_prefix("///") {
                is_said |= has_words(said);
                continue;
            }
            is_suppressed |= self.suppressed.iter().any(|word| line.contains(word));
            if line.is_empty() || line.starts_with("//") || line.starts_with('#') || is_annotation(line) {
                continue;
            }
            let scope = open.last().copied().unwrap_or(Scope::Hidden);
            let declared = if brackets == 0 { self.declares(line, scope) } else { None };
            // A property in the head of a class, which Kotlin allows.
            let is_of_head = brackets == 1 && matches!(next, Some(Scope::Seen { .. })) && !self.says_public;
            let is_property = is_of_head && ["val ", "var "].iter().any(|word| line.starts_with(word));
            let is_property = is_property && !is_inherited(line);
            if !is_said && !is_suppressed && (is_property || declared.is_some_and(|one| one.is_seen)) {
                bare.push(line.to_owned());
            }
            if let Some(declared) = declared {
                next = Some(if is_suppressed { Scope::Hidden } else { declared.within });
            }
            for sign in signs(line) {
                match sign {
                    '(' => brackets += 1,
                    ')' => brackets -= 1,
                    '{' => open.push(next.take().filter(|_| brackets == 0).unwrap_or(Scope::Hidden)),
                    '}' => {
                        open.pop();
                    }
                    _ => {}
                }
            }
            (is_said, is_suppressed) = (false, false);
        }
        bare
    }

    fn declares(&self, line: &str, scope: Scope) -> Option<Declared> {
        let hidden = Declared { is_seen: false, within: Scope::Hidden };
        let Scope::Seen { is_enum, is_protocol } = scope else {
            // Everything within it is hidden too.
            return Some(hidden);
        };
        let words = line.split(['(', '=', '{', ':']).next().unwrap_or_default();
        let head = format!("{} ", words.trim());
        let whole = format!("{line} ");
        let has = |all: &[&str]| all.iter().any(|one| starts_a_word(&whole, one));
        let hides = self.hiding.iter().any(|one| starts_a_word(&head, one));
        let is_word = is_enum && !self.says_public && is_constant(line);
        let is_case = self.says_public && is_enum && line.starts_with("case ");
        let is_public = !self.says_public || is_protocol || is_case || head.starts_with("public ");
        let is_known = is_inherited(line);
        if hides {
            return Some(hidden);
        }
        if self.types.iter().any(|one| starts_a_word(&head, one)) {
            let is_extension = head.contains("extension ");
            let seen =
                Scope::Seen { is_enum: head.contains("enum "), is_protocol: head.contains("protocol ") };
            return Some(Declared {
                is_seen: is_public && !is_extension && !is_known,
                within: if is_public || is_extension { seen } else { Scope::Hidden },
            });
        }
        match is_word || is_case || has(self.members) {
            true => Some(Declared { is_seen: is_public && !is_known, within: Scope::Hidden }),
            false => None,
        }
    }
}

/// The declaration in a line.
#[derive(Clone, Copy)]
struct Declared {
    is_seen: bool,
    /// What its braces contain.
    within: Scope,
}

fn is_inherited(line: &str) -> bool {
    INHERITED.iter().any(|one| line.contains(one))
}

/// Whether a text has a word at its beginning or after a space.
fn starts_a_word(text: &str, word: &str) -> bool {
    text.starts_with(word) || text.contains(&format!(" {word}"))
}

fn has_words(said: &str) -> bool {
    said.chars().any(char::is_alphabetic)
}

/// Whether a line is only an annotation of the next one.
fn is_annotation(line: &str) -> bool {
    line.starts_with('@')
        && !line.contains(" fun ")
        && !line.contains(" func ")
        && !line.contains(" public ")
        && !line.contains(" class ")
}

/// Whether a line declares a constant: `THERE,` or `THERE;` or `THERE("there"),`
fn is_constant(line: &str) -> bool {
    let name = line.split(['(', ',', ';']).next().unwrap_or_default();
    !name.is_empty()
        && name.chars().all(|letter| letter.is_uppercase() || letter.is_numeric() || letter == '_')
}

/// The brackets and braces outside of texts and comments.
fn signs(line: &str) -> Vec<char> {
    let mut found = Vec::new();
    let mut is_text = false;
    let mut before = ' ';
    for letter in line.chars() {
        match letter {
            '"' if before != '\\' => is_text = !is_text,
            '/' if before == '/' && !is_text => break,
            '(' | ')' | '{' | '}' if !is_text => found.push(letter),
            _ => {}
        }
        before = letter;
    }
    found
}
