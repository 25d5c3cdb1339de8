namespace GymBridge.Client;

/// <summary>How the steps of a remote environment travel.</summary>
public enum Transport
{
    /// <summary>Shared memory where client and host are one user's on one Linux machine, else gRPC.</summary>
    Auto,

    /// <summary>Steps are gRPC messages, whatever is possible.</summary>
    Grpc,

    /// <summary>Shared memory, and an error where it cannot be had.</summary>
    SharedMemory,

    /// <summary>In the process of the client: Python environments, by the package GymBridge.PythonNet.</summary>
    InProcess,
}
