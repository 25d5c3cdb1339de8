using System.Collections.Immutable;

namespace GymBridge.Protocol.Errors;

/// <summary>A remote environment raised an exception of a class that has no counterpart here.</summary>
public sealed class RemoteException : GymBridgeException
{
    /// <summary>An error as the other side told it.</summary>
    /// <param name="message">The remote message.</param>
    /// <param name="pythonClass">The qualified Python class, or empty.</param>
    /// <param name="remoteTrace">The remote stack trace; empty unless the host shows details.</param>
    /// <param name="lanes">The lanes that failed; empty where that is not known.</param>
    /// <param name="isRecoverable">Whether a reset recovers the session.</param>
    public RemoteException(
        string message, string pythonClass, string remoteTrace, ImmutableArray<int> lanes, bool isRecoverable)
        : base(pythonClass.Length == 0 ? message : $"{pythonClass}: {message}")
    {
        RemoteMessage = message;
        PythonClass = pythonClass;
        RemoteTrace = remoteTrace;
        Lanes = lanes;
        IsRecoverable = isRecoverable;
    }

    /// <summary>The remote message without the class.</summary>
    public string RemoteMessage { get; }

    /// <summary>The qualified Python class: <c>mujoco.FatalError</c>; empty if the other side did not say.</summary>
    public string PythonClass { get; }

    /// <summary>The remote stack trace; empty unless the host shows details.</summary>
    public string RemoteTrace { get; }

    /// <summary>The lanes that failed; empty where that is not known.</summary>
    public ImmutableArray<int> Lanes { get; }

    /// <summary>Whether a reset recovers the session; false: the host has closed it.</summary>
    public bool IsRecoverable { get; }
}
