"""A module whose import raises."""

raise LookupError("no such device")
