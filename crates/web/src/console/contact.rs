//! Contacts: list, remark, tags, star, removal, blocks.
