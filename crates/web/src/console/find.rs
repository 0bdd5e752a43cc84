//! "Why can't I find this colleague": what the member may know, and the question to the administrators.
