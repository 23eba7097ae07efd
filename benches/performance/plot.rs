//! Times by cases in the file, as SVG. Both axes are logarithmic: a flat line is what does not grow.

use std::fmt::Write as _;

use serde_json::Value;

use crate::{Outcome, figure, list, said};

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 560.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 690.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 500.0;

/// How far apart names stand.
const APART: f64 = 17.0;

/// What is drawn, and in which colour.
const SERIES: [(&str, &str); 11] = [
    ("search, two words that never meet", "#7f7f7f"),
    ("search as typed, 2 letters", "#bcbd22"),
    ("search as typed, 5 letters", "#9a7d0a"),
    ("note", "#d62728"),
    ("raise", "#ff7f0e"),
    ("stage edit", "#e377c2"),
    ("four counts", "#8c564b"),
    ("page of 50, all", "#1f77b4"),
    ("page of 50, of a rare stage", "#17becf"),
    ("my_pending_cases, 20 % pending", "#2ca02c"),
    ("look up by id", "#9467bd"),
];

/// One line, and where its name would best stand.
struct Drawn {
    name: &'static str,
    colour: &'static str,
    points: Vec<(f64, f64)>,
    label: f64,
}

pub(crate) fn plot(growth: &Value) -> Outcome<String> {
    let sizes = list(growth, "sizes");
    let cases: Vec<f64> = sizes.iter().map(|size| figure(size, "cases")).collect();
    let took = |name: &str| -> Vec<f64> {
        sizes.iter().map(|size| size.get("ops").map_or(f64::NAN, |ops| figure(ops, name))).collect()
    };
    let all: Vec<f64> = SERIES.iter().flat_map(|(name, _)| took(name)).filter(|took| *took > 0.0).collect();
    let (Some(across), Some(up)) = (Axis::over(&cases, LEFT, RIGHT), Axis::over(&all, BOTTOM, TOP)) else {
        return Err("growth.json has no times".into());
    };
    let mut drawn: Vec<Drawn> = SERIES
        .iter()
        .map(|(name, colour)| {
            let points = cases.iter().zip(took(name)).filter(|(_, took)| *took > 0.0);
            let points: Vec<(f64, f64)> =
                points.map(|(cases, took)| (across.at(*cases), up.at(took))).collect();
            let label = points.last().map_or(BOTTOM, |(_, y)| *y);
            Drawn { name, colour, points, label }
        })
        .collect();
    spread(&mut drawn);

    let mut svg = String::new();
    writeln!(
        svg,
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13">
<title>Times by cases in the file</title>
<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>
<text x="{LEFT}" y="22" font-size="15" fill="#222">Median time of one call by cases in the file, both logarithmic</text>"##
    )?;
    for decade in up.decades() {
        let y = up.at(decade);
        writeln!(svg, r##"<line x1="{LEFT}" x2="{RIGHT}" y1="{y:.1}" y2="{y:.1}" stroke="#ddd"/>"##)?;
        let label = if decade < 1000.0 { format!("{decade} µs") } else { format!("{} ms", decade / 1000.0) };
        writeln!(
            svg,
            r##"<text x="{:.1}" y="{:.1}" text-anchor="end" fill="#444">{label}</text>"##,
            LEFT - 8.0,
            y + 4.0
        )?;
    }
    for size in &cases {
        let x = across.at(*size);
        writeln!(svg, r##"<line x1="{x:.1}" x2="{x:.1}" y1="{TOP}" y2="{BOTTOM}" stroke="#eee"/>"##)?;
        let label = said(*size).replace(".00", "");
        writeln!(
            svg,
            r##"<text x="{x:.1}" y="{:.1}" text-anchor="middle" fill="#444">{label}</text>"##,
            BOTTOM + 20.0
        )?;
    }
    for Drawn { name, colour, points, label } in &drawn {
        let path: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        writeln!(
            svg,
            r#"<polyline points="{}" fill="none" stroke="{colour}" stroke-width="2"/>"#,
            path.join(" ")
        )?;
        for (x, y) in points {
            writeln!(svg, r#"<circle cx="{x:.1}" cy="{y:.1}" r="3" fill="{colour}"/>"#)?;
        }
        if let Some((x, y)) = points.last() {
            let (from, to) = (x + 5.0, RIGHT + 22.0);
            writeln!(
                svg,
                r#"<line x1="{from:.1}" y1="{y:.1}" x2="{to}" y2="{label:.1}" stroke="{colour}" stroke-width="0.7"/>"#
            )?;
            writeln!(
                svg,
                r#"<text x="{:.1}" y="{:.1}" fill="{colour}">{name}</text>"#,
                to + 4.0,
                label + 4.0
            )?;
        }
    }
    writeln!(svg, "</svg>")?;
    Ok(svg)
}

/// Moves names apart that would stand on each other.
fn spread(drawn: &mut [Drawn]) {
    drawn.sort_by(|one, other| one.label.total_cmp(&other.label));
    let mut least = TOP;
    for one in drawn.iter_mut() {
        one.label = one.label.max(least);
        least = one.label + APART;
    }
    let mut most = BOTTOM + APART;
    for one in drawn.iter_mut().rev() {
        one.label = one.label.min(most);
        most = one.label - APART;
    }
}

/// From a figure to a place, by its logarithm.
struct Axis {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(figures: &[f64], from: f64, to: f64) -> Option<Self> {
        let least = figures.iter().copied().reduce(f64::min)?;
        let most = figures.iter().copied().reduce(f64::max)?;
        // A little room, and some width where all figures are the same.
        Some(Self { least: (least * 0.8).log10(), most: (most * 1.25).log10(), from, to })
    }

    fn at(&self, figure: f64) -> f64 {
        self.from + (figure.log10() - self.least) / (self.most - self.least) * (self.to - self.from)
    }

    fn decades(&self) -> impl Iterator<Item = f64> {
        let (least, most) = (self.least.ceil() as i32, self.most.floor() as i32);
        (least..=most).map(|power| 10_f64.powi(power))
    }
}
