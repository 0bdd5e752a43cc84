//! Each form in which people type a name or a field.
