namespace GymBridge.Protocol.SharedMemory;

/// <summary>Why memory cannot be shared: one clause, that goes on "over gRPC, because".</summary>
internal sealed class SharedMemoryException(string message) : Exception(message);
