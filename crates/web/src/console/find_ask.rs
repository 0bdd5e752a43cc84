//! Questions of members who could not find a colleague, with the exact rule, for administrators.
