//! Administration of departments: the tree and its changes.
