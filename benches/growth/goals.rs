//! What is wanted of growth.

use serde_json::{Value, json};

/// From the smallest file to the largest, an operation may take so many times as long. Pages of a holder and of a customer
/// are not among them: in a small file these have a few rows and no full page.
const TIMES: [(&str, f64); 11] = [
    ("raise", 1.5),
    ("note", 2.0),
    ("stage edit", 2.0),
    ("look up by id", 3.0),
    ("look up by number", 3.0),
    ("page of 50, all", 1.5),
    ("page of 50, all, by update", 1.5),
    ("page of 50, of a rare stage", 1.5),
    ("page of 50, of a type", 1.5),
    ("four counts", 1.5),
    ("my_pending_cases, 20 % pending", 1.5),
];

/// In the largest file, what begins so may take so many microseconds.
const MOST: [(&str, f64); 2] = [("search as typed", 2_000.0), ("my_pending_cases", 500.0)];

/// The goals, with what was measured: `value` is to be at most `target`.
pub(crate) fn goals(sizes: &[Value]) -> Vec<Value> {
    let (Some(smallest), Some(largest)) = (sizes.first(), sizes.last()) else { return Vec::new() };
    let took = |size: &Value, op: &str| size.get("ops")?.get(op)?.as_f64();
    let cases = |size: &Value| size.get("cases").and_then(Value::as_u64).unwrap_or_default();
    let mut goals = Vec::new();
    let mut goal = |op: String, value: f64, target: f64, unit: &str| {
        let value = (value * 1000.0).round() / 1000.0;
        goals.push(json!({ "op": op, "value": value, "target": target, "unit": unit }));
    };
    if sizes.len() > 1 {
        for (op, target) in TIMES {
            if let Some((small, large)) = took(smallest, op).zip(took(largest, op)) {
                let op = format!("{op}, {} cases to {}", cases(largest), cases(smallest));
                goal(op, large / small, target, "");
            }
        }
    }
    let at = cases(largest);
    for (op, took) in largest.get("ops").and_then(Value::as_object).into_iter().flatten() {
        let target = MOST.iter().find(|(begins, _)| op.starts_with(begins));
        if let Some((took, (_, target))) = took.as_f64().zip(target) {
            goal(format!("{op}, {at} cases"), took, *target, "µs");
        }
    }
    for (name, key, target, unit) in
        [("open", "open_us", 5_000.0, "µs"), ("open, memory", "open_kib", 10_240.0, "KiB")]
    {
        if let Some(value) = largest.get(key).and_then(Value::as_f64) {
            goal(format!("{name}, {at} cases"), value, target, unit);
        }
    }
    goals
}
