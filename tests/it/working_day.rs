//! The working day as people work: each test is a point of what they expect, and found missing or wrong.

mod choices;
mod entries;
mod filters;
mod finding_cases;
mod finding_people;
mod my_work;
mod pending;
mod people;
mod rows;
mod searching;
