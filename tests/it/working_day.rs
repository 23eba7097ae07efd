//! The working day as people at a desk find it: each test is named as the point that it shows.

mod pending;
