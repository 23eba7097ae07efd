//! What stands behind `cargo bench --bench NAME --`.

use super::Outcome;

/// What is asked for.
pub(crate) struct Options {
    /// Sizes, or whatever the bench counts.
    pub(crate) numbers: Vec<usize>,
    /// Whether it should be soon done.
    pub(crate) quick: bool,
    /// Only what has this in its name.
    pub(crate) only: Option<String>,
    /// What is for the bench alone.
    pub(crate) rest: Vec<String>,
}

/// The option that takes numbers, and what it is if it is not given.
pub(crate) struct Number<'a> {
    pub(crate) option: &'a str,
    pub(crate) usual: &'a [usize],
    pub(crate) quick: &'a [usize],
}

impl Options {
    /// Reads the program's arguments. Cargo's own `--bench` is passed over.
    pub(crate) fn read(number: &Number<'_>, inner: &[&str]) -> Outcome<Self> {
        let mut options = Self { numbers: Vec::new(), quick: false, only: None, rest: Vec::new() };
        let mut given = std::env::args().skip(1);
        while let Some(one) = given.next() {
            match one.as_str() {
                "--bench" => {}
                "--quick" => options.quick = true,
                "--only" => options.only = Some(given.next().ok_or("`--only` needs a text")?),
                name if name == number.option => {
                    let text = given.next().unwrap_or_default();
                    let read: Result<Vec<usize>, _> = text.split_whitespace().map(str::parse).collect();
                    options.numbers =
                        read.ok().filter(|read| !read.is_empty() && !read.contains(&0)).ok_or_else(|| {
                            format!("`{}` needs numbers with spaces between, in quotes", number.option)
                        })?;
                }
                name if inner.contains(&name) => {
                    options.rest.push(one);
                    options.rest.extend(given.by_ref());
                }
                wrong => {
                    let option = number.option;
                    return Err(format!(
                        "`{wrong}` is no option; there are {option} \"NUMBERS\", --quick and --only TEXT"
                    )
                    .into());
                }
            }
        }
        if options.numbers.is_empty() {
            options.numbers = if options.quick { number.quick } else { number.usual }.to_vec();
        }
        Ok(options)
    }

    /// Whether something of this name is asked for.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.contains(only.as_str()))
    }
}
