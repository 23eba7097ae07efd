//! What a working day needs, point by point: tried as a case worker, an approver, an administrator and a customer would.

mod entries;
