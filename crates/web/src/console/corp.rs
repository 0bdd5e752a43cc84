//! Administration of the corp: policies of requests, and settings.
