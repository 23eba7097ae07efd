//! Bytes that cross as they are. uniffi passes a `Vec<u8>` byte by byte into a buffer that grows.

use casekit::FieldRule;
use uniffi::{Lower, MetadataBuffer, RustBuffer, TypeId};

use crate::UniFfiTag;
use crate::error::CasekitError;

/// So many rows have less than 2 GiB, unless their texts are as long as can be.
const SAFE: u64 = 1_000_000;

/// Bytes for a host, to which they are what a `Vec<u8>` is. They lie as the host reads them: how many there are, big-endian
/// in four bytes, and then they themselves.
#[derive(Clone, PartialEq, Eq)]
pub struct Packed(Vec<u8>);

impl Packed {
    /// The parts, one behind the other.
    ///
    /// # Errors
    ///
    /// There are more bytes than cross at once, which is 2 GiB: so many rows are to be asked for in parts.
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

// There may be texts of cases in it.
impl std::fmt::Debug for Packed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packed").finish_non_exhaustive()
    }
}

// SAFETY: what it is made of is what uniffi makes of a `Vec<u8>`, whose type it says it is.
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
