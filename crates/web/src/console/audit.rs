//! The audit log: filters, paging, export.
