"""A module of environments that cannot be imported, for the tests of the C# client."""

raise RuntimeError("the simulator's licence has expired")
