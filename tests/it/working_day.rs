//! The working day as people work: each test is a point of what they expect, and found missing or wrong.

mod act;
mod case_workers;
mod choices;
mod closed_fields;
mod desk_actions;
mod entries;
mod filters;
mod finding_cases;
mod finding_people;
mod forms;
mod host_edges;
mod imports;
mod languages;
mod my_work;
mod pending;
mod people;
mod portal;
mod priorities;
mod resolutions;
mod rows;
mod scope;
mod searching;
mod statistics;
mod statistics_on_file;
mod tags;
mod teams;
