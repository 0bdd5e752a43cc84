//! Requests: received, sent, settled; accept, decline, withdraw, undo.
