using System.Collections.Immutable;

namespace GymBridge.Protocol.Errors;

/// <summary>Bytes from the other side do not keep the wire contract; the message says what was expected and what was found.</summary>
public sealed class ProtocolException : GymBridgeException
{
    /// <inheritdoc cref="Exception(string)"/>
    public ProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>An error with the one that caused it.</summary>
    public ProtocolException(string message, Exception innerException)
        : base(message, innerException)
    {
        if (innerException is ProtocolException inner)
        {
            (Reason, Details) = (inner.Reason, inner.Details);
        }
    }

    /// <summary>How a server names it to its client.</summary>
    internal ErrorReason Reason { get; init; } = ErrorReasons.BadRequest;

    /// <summary>Values of the message, by the names that the reason documents.</summary>
    public ImmutableArray<(string Name, string Value)> Details { get; init; } = [];
}
