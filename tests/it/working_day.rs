//! The working day as people work: each test is a point of what they expect, and found missing or wrong.

mod finding_cases;
mod people;
