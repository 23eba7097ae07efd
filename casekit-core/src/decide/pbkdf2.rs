//! PBKDF2 with HMAC-SHA-256 (RFC 8018, section 5.2), its first block.

use hmac::{Hmac, KeyInit, Mac};
use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};

use crate::commit::Digest;

const BLOCK: usize = 64;
/// The state that SHA-256 begins with (FIPS 180-4, section 5.3.3).
const INITIAL: State =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

type State = [u32; 8];

/// A hash of a password that takes as long as `iterations` say.
///
/// Every iteration hashes one block from the same two states, so it is two compressions and nothing else: `Hmac` would copy
/// its buffers for each, which takes twice as long, and thirty times as long in a build that is not optimised.
pub(super) fn pbkdf2(password: &[u8], salt: &[u8], iterations: u32) -> Digest {
    // HMAC accepts a key of any length, so this cannot fail.
    let Ok(mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(password) else { return Digest::default() };
    let first: Digest =
        mac.chain_update(salt).chain_update(1_u32.to_be_bytes()).finalize().into_bytes().into();

    let (inner, outer) = (keyed(password, 0x36), keyed(password, 0x5c));
    let mut last = words(&first);
    let mut whole = last;
    for _ in 1..iterations {
        last = of_one_block(outer, &of_one_block(inner, &last));
        whole.iter_mut().zip(last).for_each(|(word, more)| *word ^= more);
    }
    bytes(&whole)
}

/// The state of HMAC once it has the key, for its inner or its outer hash (RFC 2104, section 2).
fn keyed(password: &[u8], pad: u8) -> State {
    let mut key = [0; BLOCK];
    let digest = Sha256::digest(password);
    let short = if password.len() > BLOCK { digest.as_slice() } else { password };
    key.iter_mut().zip(short).for_each(|(byte, given)| *byte = *given);
    let mut state = INITIAL;
    compress256(&mut state, &[key.map(|byte| byte ^ pad)]);
    state
}

/// The hash of a digest that follows a key: both are a block each, the second with the padding of SHA-256.
fn of_one_block(mut state: State, digest: &State) -> State {
    let mut block = [0; BLOCK];
    block[..32].copy_from_slice(&bytes(digest));
    block[32] = 0x80;
    block[62..].copy_from_slice(&((BLOCK as u16 + 32) * 8).to_be_bytes());
    compress256(&mut state, &[block]);
    state
}

fn words(digest: &Digest) -> State {
    let mut words = [0; 8];
    for (word, bytes) in words.iter_mut().zip(digest.as_chunks().0) {
        *word = u32::from_be_bytes(*bytes);
    }
    words
}

fn bytes(words: &State) -> Digest {
    let mut digest = Digest::default();
    for (bytes, word) in digest.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_be_bytes();
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::hex;

    #[track_caller]
    fn check(password: &str, salt: &str, iterations: u32, expected: &str) {
        assert_eq!(hex(&pbkdf2(password.as_bytes(), salt.as_bytes(), iterations)), expected);
    }

    /// With the inputs of RFC 6070, which has the results for SHA-1, and the results for SHA-256 that are in use.
    #[test]
    fn published_examples_come_out() {
        check("password", "salt", 1, "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b");
        check("password", "salt", 2, "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43");
        check("password", "salt", 4096, "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a");
    }

    #[test]
    fn a_password_of_any_length_is_hashed_as_hmac_does_it() {
        for length in [0, 1, 63, 64, 65, 500] {
            let password = "p".repeat(length);
            let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(password.as_bytes()).unwrap();
            let hash =
                |text: &[u8]| -> Digest { mac.clone().chain_update(text).finalize().into_bytes().into() };
            let first = hash(b"salt\0\0\0\x01");
            let second = hash(&first);
            let both: Vec<u8> = first.iter().zip(second).map(|(one, other)| one ^ other).collect();
            assert_eq!(pbkdf2(password.as_bytes(), b"salt", 2).as_slice(), both, "{length}");
        }
    }
}
