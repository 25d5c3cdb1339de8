"""What stands in the way of shared memory."""


class SharedMemoryError(Exception):
    """Why memory cannot be shared: one clause, that goes on "over gRPC, because"; never leaves the package."""
