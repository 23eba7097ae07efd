//! Every promise of the contract, on a server.

mod on_a_server {
    use crate::server::{Schema, is_here};

    casekit_core::conformance!(place = Schema::fresh, open = Schema::open, when = is_here());
}
