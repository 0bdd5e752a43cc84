//! Administration of members: list, create, edit, move, disable, leave, bring back, roles, export.
