//! Bytes that cross in one piece. uniffi writes a `Vec<u8>` byte by byte into a buffer that grows.

use casekit::FieldRule;
use uniffi::{Lower, MetadataBuffer, RustBuffer, TypeId};

use crate::UniFfiTag;
use crate::error::CasekitError;

/// A number of rows that fits into 2 GiB, unless nearly all texts have their greatest length. The error for a result
/// that is too large suggests it.
const SAFE: u64 = 1_000_000;

/// Bytes for a host, which sees them as it sees a `Vec<u8>`. They have the layout that hosts read: the length in four
/// bytes, big-endian, and then the bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

impl Packed {
    /// Joins the parts, one after the other.
    ///
    /// # Errors
    ///
    /// There are more than the 2 GiB that can cross at once, so the caller has to ask for fewer rows.
    pub(crate) fn of(parts: &[&[u8]]) -> Result<Self, CasekitError> {
        let length: usize = parts.iter().map(|part| part.len()).sum();
        let Ok(said) = i32::try_from(length) else {
            return Err(CasekitError::field("limit", FieldRule::TooMany { limit: SAFE }));
        };
        let mut all = Vec::with_capacity(size_of::<i32>() + length);
        all.extend_from_slice(&said.to_be_bytes());
        parts.iter().for_each(|part| all.extend_from_slice(part));
        Ok(Self(all))
    }
}

// `Debug` shows no bytes, because they may be texts of cases.
impl std::fmt::Debug for Packed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packed").finish_non_exhaustive()
    }
}

// SAFETY: it lowers to the same buffer as uniffi's own `Vec<u8>`, and names that as its type.
unsafe impl Lower<UniFfiTag> for Packed {
    type FfiType = RustBuffer;

    fn write(packed: Self, buffer: &mut Vec<u8>) {
        buffer.extend_from_slice(&packed.0);
    }

    fn lower(packed: Self) -> RustBuffer {
        RustBuffer::from_vec(packed.0)
    }
}

impl TypeId<UniFfiTag> for Packed {
    const TYPE_ID_META: MetadataBuffer = <Vec<u8> as TypeId<UniFfiTag>>::TYPE_ID_META;
}

uniffi::derive_ffi_traits!(impl LowerReturn<UniFfiTag> for Packed);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_bytes_cross_as_those_of_a_vector_do() {
        for parts in [&[][..], &[b"a".as_slice()], &[&[7; 70_000], b"", b"b"]] {
            let packed = Packed::of(parts).unwrap();
            let wanted = <Vec<u8> as Lower<UniFfiTag>>::lower(parts.concat()).destroy_into_vec();
            assert_eq!(<Packed as Lower<UniFfiTag>>::lower(packed.clone()).destroy_into_vec(), wanted);
            let mut written = Vec::new();
            <Packed as Lower<UniFfiTag>>::write(packed, &mut written);
            assert_eq!(written, wanted);
        }
    }
}
