"""Messages of gymbridge.v1, made by generate_stubs.py."""
