//! The working day as people work: each test is a point of what they expect, and found missing or wrong.

mod choices;
mod entries;
mod finding_cases;
mod finding_people;
mod host_edges;
mod pending;
mod people;
mod rows;
mod searching;
