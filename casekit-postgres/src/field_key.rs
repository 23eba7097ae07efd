//! Keys of values by which cases and customers are found, as text whose bytes sort as the keys do.

use casekit_core::model::FieldKey;

use crate::error::{Result, unreadable};

/// A number comes before every text: `n` and its 16 hexadecimal digits, counted from the least; a text follows a `t`.
pub(crate) fn stored(key: &FieldKey) -> String {
    match key {
        FieldKey::Number(number) => format!("n{:016x}", number.cast_unsigned() ^ (1 << 63)),
        FieldKey::Text(text) => format!("t{text}"),
    }
}

/// The key that [`stored`] wrote.
pub(crate) fn read(stored: &str) -> Result<FieldKey> {
    if let Some(text) = stored.strip_prefix('t') {
        return Ok(FieldKey::Text(text.to_owned()));
    }
    let digits = stored.strip_prefix('n').filter(|digits| digits.len() == 16).ok_or_else(unreadable)?;
    let number = u64::from_str_radix(digits, 16).map_err(|_| unreadable())?;
    Ok(FieldKey::Number((number ^ (1 << 63)).cast_signed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_back_and_their_texts_sort_as_they_do() {
        let numbers = [i64::MIN, -1, 0, 1, 1 << 40, i64::MAX].map(FieldKey::Number);
        let texts = ["", "a", "b", "ä"].map(|text| FieldKey::Text(text.to_owned()));
        let keys: Vec<FieldKey> = numbers.into_iter().chain(texts).collect();
        let all: Vec<String> = keys.iter().map(stored).collect();
        assert!(keys.is_sorted() && all.is_sorted(), "{all:?}");
        for (key, stored) in keys.iter().zip(&all) {
            assert_eq!(read(stored).unwrap(), *key);
        }
        assert!(read("n12").is_err() && read("x").is_err() && read("").is_err());
    }
}
