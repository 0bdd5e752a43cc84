//! Administration of visibility: rules, exceptions, and the preview of what a member sees.
