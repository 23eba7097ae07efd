//! The rounds of a case: the present one, and what is kept of those before.

use super::Progress;
use crate::model::round::{Round, blobs, kept_since};
use crate::model::{BlobId, Release, Timestamp};


