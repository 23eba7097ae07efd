//! Lines of ratios: printed as they come, and kept.

use serde_json::{Value, json};

/// What one operation took on both sides.
pub(crate) struct Line {
    pub(crate) op: String,
    /// `FULL` or `NORMAL` for what is written, `read` for what is read, `size` for bytes.
    pub(crate) mode: String,
    pub(crate) cases: usize,
    pub(crate) ratio_median: f64,
    pub(crate) ratio_min: f64,
    pub(crate) ratio_max: f64,
    /// Microseconds; for `size`, bytes.
    pub(crate) raw_us: f64,
    pub(crate) casekit_us: f64,
    pub(crate) target: Option<f64>,
}

/// All of them.
#[derive(Default)]
pub(crate) struct Table {
    lines: Vec<Line>,
}

impl Table {
    pub(crate) fn head(title: &str) {
        println!("\n{title}");
        println!(
            "{:<42}{:<7}{:>11}{:>11}{:>8}{:>18}{:>7}",
            "", "mode", "raw µs", "casekit µs", "ratio", "(least to most)", "goal"
        );
    }

    pub(crate) fn add(&mut self, line: Line) {
        let range = format!("({:.2} to {:.2})", line.ratio_min, line.ratio_max);
        let goal = line.target.map_or(String::new(), |goal| {
            format!("{goal:.2}{}", if line.ratio_median <= goal { " " } else { "!" })
        });
        println!(
            "{:<42}{:<7}{:>11.1}{:>11.1}{:>8.2}{range:>18}{goal:>8}",
            line.op, line.mode, line.raw_us, line.casekit_us, line.ratio_median
        );
        self.lines.push(line);
    }

    /// How many goals there are, and how many were met.
    pub(crate) fn met(&self) -> (usize, usize) {
        let of = self.lines.iter().filter_map(|line| Some(line.ratio_median <= line.target?));
        (of.clone().filter(|met| *met).count(), of.count())
    }

    pub(crate) fn json(&self) -> Value {
        let short = |figure: f64| (figure * 1000.0).round() / 1000.0;
        let line = |line: &Line| {
            json!({
                "op": line.op,
                "mode": line.mode,
                "cases": line.cases,
                "ratio_median": short(line.ratio_median),
                "ratio_min": short(line.ratio_min),
                "ratio_max": short(line.ratio_max),
                "raw_us": short(line.raw_us),
                "casekit_us": short(line.casekit_us),
                "target": line.target,
            })
        };
        Value::Array(self.lines.iter().map(line).collect())
    }
}
