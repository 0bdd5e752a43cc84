//! What the caller puts into the index: departments and people.

/// The caller's id of a member.
pub type Key = u128;

/// A node of the department tree; one whose parent is absent or unknown is a root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Department {
    pub id: i64,
    pub parent: Option<i64>,
    pub name: String,
}

/// A person of the directory; absent texts are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    pub key: Key,
    pub name: String,
    pub alias: String,
    pub position: String,
    /// Departments of the person, the main one first.
    pub departments: Vec<i64>,
    pub extension: String,
    pub employee_no: String,
    pub email: String,
    /// The number in E.164 form, such as `+8613800138000`.
    pub mobile: Option<String>,
}
