"""The C# server in this process: docs/transports.md."""
