using System.Collections.Frozen;
using System.Collections.Immutable;
using GymBridge.Errors;

namespace GymBridge.Protocol.Errors;

/// <summary>The one place that says which .NET exception stands for which Python class, in both directions.</summary>
internal static class ExceptionMap
{
    /// <summary>The key in <see cref="Exception.Data"/> under which the stack trace of the other side is found.</summary>
    public const string RemoteTraceDataKey = "remote_trace";

    /// <summary>The key in <see cref="Exception.Data"/> under which the other side's Python class is found.</summary>
    public const string PythonClassDataKey = "python_class";

#pragma warning disable CA2201 // IndexOutOfRangeException and OutOfMemoryException are the counterparts of Python's IndexError and MemoryError.
    // The most derived type first: an exception takes the first entry that its type is assignable to, and a Python class
    // the first entry that names it.
    private static readonly Entry[] Entries =
    [
        Of<ResetNeededException>("gymnasium.error.ResetNeeded", message => new ResetNeededException(message)),
        Of<ClosedEnvironmentException>("gymnasium.error.ClosedEnvironmentError", message => new ClosedEnvironmentException(message)),
        Of<InvalidActionException>("AssertionError", message => new InvalidActionException(message)),
        Of<NamespaceNotFoundException>("gymnasium.error.NamespaceNotFound", message => new NamespaceNotFoundException(message)),
        Of<NameNotFoundException>("gymnasium.error.NameNotFound", message => new NameNotFoundException(message)),
        Of<VersionNotFoundException>("gymnasium.error.VersionNotFound", message => new VersionNotFoundException(message)),
        Of<DeprecatedEnvException>("gymnasium.error.DeprecatedEnv", message => new DeprecatedEnvException(message)),
        Of<EnvironmentNotFoundException>("gymnasium.error.UnregisteredEnv", message => new EnvironmentNotFoundException(message)),
        Of<AttributeException>("AttributeError", message => new AttributeException(message)),
        Of<MessageTooLargeException>("gymbridge.errors.MessageTooLargeError", message => new MessageTooLargeException(message)),
        Of<CallTimeoutException>("TimeoutError", message => new CallTimeoutException(message)),
        Of<InvalidSeedException>("gymnasium.error.Error", message => new InvalidSeedException(message)),
        Of<GymBridgeException>("gymnasium.error.Error", message => new GymBridgeException(message)),
        Of<ArgumentOutOfRangeException>("ValueError", message => new ArgumentOutOfRangeException(null, message)),
        Of<UnexpectedArgumentException>("TypeError", message => new UnexpectedArgumentException(message)),
        Of<ArgumentException>("ValueError", message => new ArgumentException(message)),
        Of<KeyNotFoundException>("KeyError", message => new KeyNotFoundException(message)),
        Of<IndexOutOfRangeException>("IndexError", message => new IndexOutOfRangeException(message)),
        Of<NotSupportedException>("NotImplementedError", message => new NotSupportedException(message)),
        Of<NotImplementedException>("NotImplementedError", message => new NotImplementedException(message)),
        Of<InvalidOperationException>("RuntimeError", message => new InvalidOperationException(message)),
        Of<TimeoutException>("TimeoutError", message => new TimeoutException(message)),
        Of<DivideByZeroException>("ZeroDivisionError", message => new DivideByZeroException(message)),
        Of<OverflowException>("OverflowError", message => new OverflowException(message)),
        Of<FileNotFoundException>("FileNotFoundError", message => new FileNotFoundException(message)),
        Of<IOException>("OSError", message => new IOException(message)),
        Of<OutOfMemoryException>("MemoryError", message => new OutOfMemoryException(message)),
        Of<InvalidCastException>("TypeError", message => new InvalidCastException(message)),
        Of<FormatException>("ValueError", message => new FormatException(message)),
    ];
#pragma warning restore CA2201

    // One Python class may come from several .NET types; this says which one it becomes when the other side is Python.
    private static readonly FrozenDictionary<string, Entry> FromPython = new Dictionary<string, Type>
    {
        ["gymnasium.error.ResetNeeded"] = typeof(ResetNeededException),
        ["gymnasium.error.ClosedEnvironmentError"] = typeof(ClosedEnvironmentException),
        ["gymnasium.error.InvalidAction"] = typeof(InvalidActionException),
        ["AssertionError"] = typeof(InvalidActionException),
        ["gymnasium.error.UnregisteredEnv"] = typeof(EnvironmentNotFoundException),
        ["gymnasium.error.NamespaceNotFound"] = typeof(NamespaceNotFoundException),
        ["gymnasium.error.NameNotFound"] = typeof(NameNotFoundException),
        ["gymnasium.error.VersionNotFound"] = typeof(VersionNotFoundException),
        ["gymnasium.error.DeprecatedEnv"] = typeof(DeprecatedEnvException),
        ["gymnasium.error.Error"] = typeof(GymBridgeException),
        ["gymbridge.errors.MessageTooLargeError"] = typeof(MessageTooLargeException),
        ["AttributeError"] = typeof(AttributeException),
        ["ValueError"] = typeof(ArgumentException),
        ["KeyError"] = typeof(KeyNotFoundException),
        ["IndexError"] = typeof(IndexOutOfRangeException),
        ["NotImplementedError"] = typeof(NotSupportedException),
        ["RuntimeError"] = typeof(InvalidOperationException),
        ["TimeoutError"] = typeof(TimeoutException),
        ["ZeroDivisionError"] = typeof(DivideByZeroException),
        ["OverflowError"] = typeof(OverflowException),
        ["FileNotFoundError"] = typeof(FileNotFoundException),
        ["OSError"] = typeof(IOException),
        ["MemoryError"] = typeof(OutOfMemoryException),
    }.ToFrozenDictionary(pair => pair.Key, pair => Entries.Single(entry => entry.Type == pair.Value), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Entry> ByDotnetClass =
        Entries.ToFrozenDictionary(entry => entry.Type.FullName!, StringComparer.Ordinal);

    /// <summary>Whether a .NET class, itself and not a base of it, has its Python class.</summary>
    public static bool IsKnown(Type type) => ByDotnetClass.ContainsKey(type.FullName ?? string.Empty);

    /// <summary>The qualified Python class for an exception; <c>RuntimeError</c> where nothing fits better.</summary>
    public static string ToPythonClass(Exception exception)
    {
        if (exception is RemoteException { PythonClass.Length: > 0 } remote)
        {
            return remote.PythonClass;
        }

        foreach (var entry in Entries)
        {
            if (entry.Type.IsInstanceOfType(exception))
            {
                return entry.PythonClass;
            }
        }

        return "RuntimeError";
    }

    /// <summary>The exception that stands for what the other side told.</summary>
    /// <param name="pythonClass">Qualified Python class; may be empty.</param>
    /// <param name="dotnetClass">Full .NET name; only names known here count, no type is looked up by name.</param>
    /// <param name="message">The remote message.</param>
    /// <param name="remoteTrace">The remote stack trace, or empty.</param>
    /// <param name="lanes">The lanes that failed.</param>
    /// <param name="isRecoverable">Whether a reset recovers the session.</param>
    /// <param name="pythonBases">Base classes of the Python class, nearest first: the first that has a counterpart stands for it.</param>
    /// <returns>An exception not yet thrown; its <see cref="Exception.Data"/> holds class, trace and lane.</returns>
    public static Exception ToException(
        string pythonClass, string dotnetClass, string message, string remoteTrace, ImmutableArray<int> lanes, bool isRecoverable,
        IReadOnlyList<string>? pythonBases = null)
    {
        // The .NET name only refines its own Python class; the two never contradict each other on a sound peer.
        if (!ByDotnetClass.TryGetValue(dotnetClass, out var entry) || entry.PythonClass != pythonClass)
        {
            entry = FromPython.GetValueOrDefault(pythonClass);
        }

        if (entry is null && pythonBases?.FirstOrDefault(FromPython.ContainsKey) is { } known)
        {
            entry = FromPython[known];
            message = $"{pythonClass}: {message}";
        }

        var exception = entry?.Create(message) ?? new RemoteException(message, pythonClass, remoteTrace, lanes, isRecoverable);
        exception.Data[PythonClassDataKey] = pythonClass;
        if (remoteTrace.Length > 0)
        {
            exception.Data[RemoteTraceDataKey] = remoteTrace;
        }

        if (lanes.Length > 0)
        {
            exception.Data[SyncVectorEnv.LaneDataKey] = lanes[0];
        }

        return exception;
    }

    private static Entry Of<T>(string pythonClass, Func<string, Exception> create)
        where T : Exception => new(typeof(T), pythonClass, create);

    private sealed record Entry(Type Type, string PythonClass, Func<string, Exception> Create);
}
