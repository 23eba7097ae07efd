//! What leaves casekit.
