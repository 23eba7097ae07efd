use casekit_core::model::CsvSeparator;
use proptest::prelude::*;

use super::*;

fn written(form: CsvForm, rows: &[Vec<Cell<'_>>]) -> String {
    let columns = rows.first().map_or(1, Vec::len);
    let headings: Vec<String> = (0..columns).map(|n| format!("h{n}")).collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut writer = Writer::new(Vec::new(), form, &headings).unwrap();
    rows.iter().for_each(|row| writer.row(row).unwrap());
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

/// The lines below the heading.
fn rows(form: CsvForm, rows: &[Vec<Cell<'_>>]) -> String {
    let all = written(form, rows);
    all.split_once("\r\n").unwrap().1.to_owned()
}

fn texts<'a>(texts: &[&'a str]) -> Vec<Cell<'a>> {
    texts.iter().map(|text| Cell::text(*text)).collect()
}

#[test]
fn quotes_what_rfc_4180_says_and_outer_space() {
    let form = CsvForm::for_people();
    let some = [
        texts(&["x,y", "say \"hi\""]),
        texts(&["two\nlines", " Łódź "]),
        vec![Cell::Nothing, Cell::text("'")],
    ];
    assert_eq!(rows(form, &some), "\"x,y\",\"say \"\"hi\"\"\"\r\n\"two\nlines\",\" Łódź \"\r\n,'\r\n");
    let bars = rows(form.separated_by(CsvSeparator::Bar), &[texts(&["x,y", "x|y"])]);
    assert_eq!(bars, "x,y|\"x|y\"\r\n");
}

#[test]
fn no_cell_becomes_a_formula() {
    for start in [
        "=",
        "+",
        "-",
        "@",
        "＝",
        "＋",
        "－",
        "＠",
        "﹦",
        "\u{feff}=",
        "\u{200b}+",
        "\u{200f}-",
        "\u{ad}@",
        "\u{a0}=",
        "  =",
        "\"=",
    ] {
        let text = format!("{start}cmd|' /C calc'!A0");
        let cell = rows(CsvForm::for_people(), &[texts(&["1", &text])]);
        let quoted = text.replace('"', "\"\"");
        assert!([format!("1,'{quoted}\r\n"), format!("1,\"'{quoted}\"\r\n")].contains(&cell), "{cell:?}");
    }
    let inside = [
        ("x;=1+1", "x;'=1+1"),
        ("x|@a", "x|'@a"),
        ("x\t =1", "x\t' =1"),
        ("x\n-1", "\"x\n'-1\""),
        ("5-3=2", "5-3=2"),
    ];
    for (text, safe) in inside {
        assert_eq!(rows(CsvForm::for_people(), &[texts(&[text])]), format!("{safe}\r\n"));
    }
}

#[test]
fn numbers_stay_numbers_and_make_no_formula_of_the_text_behind_them() {
    let row = |text| vec![Cell::plain("-5"), Cell::plain("7"), Cell::text(text)];
    let some = [row("Reading lamp"), row("1+cmd|'/C calc'!A0"), row("SUM(A1)")];
    let expected = "-5,7,Reading lamp\r\n-5,7,'1+cmd|'/C calc'!A0\r\n-5,7,'SUM(A1)\r\n";
    assert_eq!(rows(CsvForm::for_people(), &some), expected);
}

#[test]
fn a_quote_that_somebody_else_takes_for_the_start_of_a_cell_joins_a_number_to_texts_of_later_rows() {
    let form = CsvForm::for_people().separated_by(CsvSeparator::Tab);
    let row = |text, number, last| vec![Cell::text(text), Cell::plain(number), Cell::text(last)];
    let some =
        [row("x,\"", "-1", "Roof"), row("&cmd|x!y", "2", ""), row("Lamp", "-3", ""), row("(red)", "4", "")];
    let expected = "\"x,\"\"\"\t-1\tRoof\r\n'&cmd|x!y\t2\t\r\nLamp\t-3\t\r\n'(red)\t4\t\r\n";
    assert_eq!(rows(form, &some), expected);
    let without = [row("x", "-1", "Roof"), row("(red)", "2", "")];
    assert_eq!(rows(form, &without), "x\t-1\tRoof\r\n(red)\t2\t\r\n", "a row ends a cell otherwise");
}

#[test]
fn a_mark_comes_first_if_it_is_wanted() {
    let form = CsvForm::for_people().with_byte_order_mark();
    assert_eq!(written(form, &[texts(&["a"])]), "\u{feff}h0\r\na\r\n");
}

#[test]
fn what_programs_read_is_as_it_was() {
    let row = vec![Cell::text("=1+1"), Cell::text(""), Cell::Nothing, Cell::plain("-1")];
    assert_eq!(rows(CsvForm::for_programs(), &[row]), "=1+1,\"\",,-1\r\n");
    let mut writer = Writer::new(Vec::new(), CsvForm::for_programs(), &["=a", ""]).unwrap();
    writer.row(&texts(&["'=1", "\u{feff}x"])).unwrap();
    assert_eq!(writer.finish().unwrap(), "=a,\"\"\r\n'=1,\"\u{feff}x\"\r\n".as_bytes());
}

#[test]
fn a_single_empty_cell_is_still_a_row() {
    assert_eq!(rows(CsvForm::for_people(), &[texts(&[""])]), "\"\"\r\n");
    assert_eq!(rows(CsvForm::for_people(), &[vec![Cell::Nothing]]), "\"\"\r\n");
    assert_eq!(rows(CsvForm::for_programs(), &[texts(&[""]), vec![Cell::Nothing]]), "\"\"\r\n\r\n");
}

#[test]
fn a_row_of_the_wrong_length_leaves_nothing() {
    let mut writer = Writer::new(Vec::new(), CsvForm::for_programs(), &["a", "b"]).unwrap();
    let refusal = writer.row(&texts(&["1"])).unwrap_err();
    assert_eq!(refusal.to_string(), "row 1 has 1 cells, but there are 2 columns");
    assert_eq!(writer.finish().unwrap(), b"a,b\r\n");
}

#[test]
fn a_table_needs_a_column() {
    assert!(matches!(Writer::new(Vec::new(), CsvForm::for_people(), &[]), Err(CsvError::NoColumns)));
}

/// What hurts: operators, separators, quotes, line breaks, and what is not shown.
fn hostile() -> impl Strategy<Value = String> {
    let hurts = proptest::sample::select(vec![
        '=', '+', '-', '@', '＝', '－', ',', ';', '\t', '|', '"', '\'', '\r', '\n', ' ', '\u{a0}',
        '\u{feff}', '\u{200b}', '\u{200e}', '\u{ad}', '\u{2028}', '\u{b}', '(', '!', 'a', '1', 'é',
    ]);
    proptest::collection::vec(prop_oneof![8 => hurts, 1 => any::<char>()], 0..12).prop_map(String::from_iter)
}

fn cell() -> impl Strategy<Value = Cell<'static>> {
    prop_oneof![
        6 => hostile().prop_map(Cell::text),
        1 => Just(Cell::Nothing),
        1 => (-99_i64..99).prop_map(|number| Cell::plain(number.to_string())),
    ]
}

fn table() -> impl Strategy<Value = Vec<Vec<Cell<'static>>>> {
    (1_usize..4)
        .prop_flat_map(|columns| proptest::collection::vec(proptest::collection::vec(cell(), columns), 1..4))
}

fn separator() -> impl Strategy<Value = CsvSeparator> {
    proptest::sample::select(CsvSeparator::ALL.to_vec())
}

/// Every cell that somebody gets who cuts at this separator: with quotes as RFC 4180 has them, and without any.
fn cut(file: &str, at: CsvSeparator) -> Vec<String> {
    let mut reader = ::csv::ReaderBuilder::new();
    let reader =
        reader.has_headers(false).flexible(true).delimiter(at.character() as u8).from_reader(file.as_bytes());
    let mut cells: Vec<String> = Vec::new();
    for record in reader.into_records() {
        cells.extend(record.unwrap().iter().map(str::to_owned));
    }
    let ends_a_line = |c: char| "\r\n\u{b}\u{c}\u{1c}\u{1d}\u{1e}\u{85}\u{2028}\u{2029}".contains(c);
    let lines = file.split(ends_a_line);
    cells.extend(lines.flat_map(|line| line.split(at.character())).map(str::to_owned));
    cells
}

/// Whether a spreadsheet that is as careless as can be evaluates a cell.
fn is_live(cell: &str, own: CsvSeparator) -> bool {
    let hidden = |c: char| {
        c == '"'
            || c.is_whitespace()
            || c.is_control()
            || "\u{feff}\u{200b}\u{200e}\u{ad}".contains(c)
            || text::is_ignorable(c)
    };
    let shown = cell.trim_start_matches(hidden);
    if !shown.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '﹦', '﹢', '﹣', '﹫']) {
        return false;
    }
    // A number of ours, and then nothing that could call anything before a text that is guarded.
    let number = shown.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let own = own.character();
    let guards = [own, '\n'].map(|before| [format!("{before}'"), format!("{before}\"'")]);
    let guard = guards.as_flattened().iter().filter_map(|guard| shown.find(guard)).min();
    let open = shown.get(..guard.unwrap_or(shown.len())).unwrap();
    // The separator itself calls nothing between a number and whatever follows.
    !number || open.replace(own, "").contains(['(', '|', '!'])
}

use casekit_core::text;

proptest! {
    #[test]
    fn wherever_people_cut_what_is_written_for_them_no_cell_is_a_formula(
        table in table(), own in separator(), theirs in separator(), byte_order_mark in any::<bool>(),
    ) {
        let form = CsvForm { byte_order_mark, ..CsvForm::for_people().separated_by(own) };
        let file = written(form, &table);
        for cell in cut(&file, theirs) {
            prop_assert!(!is_live(&cell, own), "{cell:?} of {file:?}");
        }
    }

    #[test]
    fn programs_read_back_exactly_what_was_written(
        table in table(), own in separator(), byte_order_mark in any::<bool>(),
    ) {
        let form = CsvForm { byte_order_mark, ..CsvForm::for_programs().separated_by(own) };
        let file = written(form, &table);
        let file = if byte_order_mark { file.strip_prefix('\u{feff}').unwrap() } else { &file };
        let expected: Vec<Vec<Option<String>>> = table.iter().map(|row| row.iter().map(|cell| match cell {
            Cell::Nothing => None,
            Cell::Text(text) | Cell::Plain(text) => Some(text.to_string()),
        }).collect()).collect();
        prop_assert_eq!(&read(file, own.character())[1..], &expected[..]);
    }
}

/// A reader that is told nothing but RFC 4180, and that a cell without quotes and characters is nothing.
fn read(file: &str, separator: char) -> Vec<Vec<Option<String>>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = file.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' => (inside, quoted) = (!inside, true),
            c if inside => cell.push(c),
            '\r' => assert_eq!(chars.peek(), Some(&'\n')),
            c if c == separator || c == '\n' => {
                row.push((quoted || !cell.is_empty()).then(|| std::mem::take(&mut cell)));
                quoted = false;
                if c == '\n' {
                    rows.push(std::mem::take(&mut row));
                }
            }
            c => cell.push(c),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !inside, "the file ends with a line break");
    rows
}
