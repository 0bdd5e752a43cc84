//! The directory: tree, search as one types, card with the request form, batch.
