//! Public holidays from 2025 to 2027, as they were published. docs/deadlines.md says where, and what is left out.

use chrono::NaiveDate;

use crate::model::{Holiday, Wording};

/// Year, month, day, and the id of the name.
pub(super) type Day = (i32, u32, u32, &'static str);

pub(super) fn of(days: &[Day]) -> Vec<Holiday> {
    let holiday = |(year, month, day, name): &Day| {
        let name = Wording::shipped("holiday", name);
        NaiveDate::from_ymd_opt(*year, *month, *day).map(|day| Holiday { day, name })
    };
    days.iter().filter_map(holiday).collect()
}

/// The days that are a holiday in every Member State: an organisation adds its own.
pub(super) const EU: [Day; 6] = [
    (2025, 1, 1, "new_year"),
    (2025, 12, 25, "christmas"),
    (2026, 1, 1, "new_year"),
    (2026, 12, 25, "christmas"),
    (2027, 1, 1, "new_year"),
    (2027, 12, 25, "christmas"),
];

/// Bank holidays of England and Wales, on the days on which they are kept.
pub(super) const UK: [Day; 24] = [
    (2025, 1, 1, "new_year"),
    (2025, 4, 18, "good_friday"),
    (2025, 4, 21, "easter_monday"),
    (2025, 5, 5, "early_may"),
    (2025, 5, 26, "spring"),
    (2025, 8, 25, "summer"),
    (2025, 12, 25, "christmas"),
    (2025, 12, 26, "boxing_day"),
    (2026, 1, 1, "new_year"),
    (2026, 4, 3, "good_friday"),
    (2026, 4, 6, "easter_monday"),
    (2026, 5, 4, "early_may"),
    (2026, 5, 25, "spring"),
    (2026, 8, 31, "summer"),
    (2026, 12, 25, "christmas"),
    (2026, 12, 28, "boxing_day"),
    (2027, 1, 1, "new_year"),
    (2027, 3, 26, "good_friday"),
    (2027, 3, 29, "easter_monday"),
    (2027, 5, 3, "early_may"),
    (2027, 5, 31, "spring"),
    (2027, 8, 30, "summer"),
    (2027, 12, 27, "christmas"),
    (2027, 12, 28, "boxing_day"),
];

/// Federal holidays of the United States. One on a Sunday is kept on Monday. One on a Saturday stays there: California keeps
/// no Friday for it, and a deadline that is too early does no harm.
pub(super) const US: [Day; 33] = [
    (2025, 1, 1, "new_year"),
    (2025, 1, 20, "martin_luther_king"),
    (2025, 2, 17, "washington"),
    (2025, 5, 26, "memorial_day"),
    (2025, 6, 19, "juneteenth"),
    (2025, 7, 4, "independence_day"),
    (2025, 9, 1, "labor_day"),
    (2025, 10, 13, "columbus_day"),
    (2025, 11, 11, "veterans_day"),
    (2025, 11, 27, "thanksgiving"),
    (2025, 12, 25, "christmas"),
    (2026, 1, 1, "new_year"),
    (2026, 1, 19, "martin_luther_king"),
    (2026, 2, 16, "washington"),
    (2026, 5, 25, "memorial_day"),
    (2026, 6, 19, "juneteenth"),
    (2026, 7, 4, "independence_day"),
    (2026, 9, 7, "labor_day"),
    (2026, 10, 12, "columbus_day"),
    (2026, 11, 11, "veterans_day"),
    (2026, 11, 26, "thanksgiving"),
    (2026, 12, 25, "christmas"),
    (2027, 1, 1, "new_year"),
    (2027, 1, 18, "martin_luther_king"),
    (2027, 2, 15, "washington"),
    (2027, 5, 31, "memorial_day"),
    (2027, 6, 19, "juneteenth"),
    (2027, 7, 5, "independence_day"),
    (2027, 9, 6, "labor_day"),
    (2027, 10, 11, "columbus_day"),
    (2027, 11, 11, "veterans_day"),
    (2027, 11, 25, "thanksgiving"),
    (2027, 12, 25, "christmas"),
];
