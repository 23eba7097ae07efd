//! The pages beside the code: whatever they or a comment refer to is there.

mod glossary;
mod programs;
mod references;
mod tree;
mod words;
