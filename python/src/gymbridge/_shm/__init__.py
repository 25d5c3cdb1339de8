"""Steps through memory that two processes on one machine share: docs/protocol.md, section 16."""
