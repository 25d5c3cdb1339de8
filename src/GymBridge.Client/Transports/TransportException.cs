using GymBridge.Protocol.Errors;

namespace GymBridge.Client.Transports;

/// <summary>What went wrong between a call and its result.</summary>
internal enum TransportFailure
{
    /// <summary>The connection broke or was never made: whether the call was executed is not known.</summary>
    Broken,

    /// <summary>The server refused the call, which it did not execute.</summary>
    Refused,

    /// <summary>No answer came in time; the call may still be running.</summary>
    TimedOut,

    /// <summary>The call was executed, and its reply is larger than this client takes.</summary>
    ReplyTooLarge,
}

/// <summary>A call that brought no result, in no transport's words.</summary>
internal sealed class TransportException : Exception
{
    /// <summary>A failure.</summary>
    public TransportException(TransportFailure failure, string message, ErrorDetails? details = null, string status = "", Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
        Details = details ?? ErrorDetails.None;
        Status = status;
    }

    public TransportFailure Failure { get; }

    /// <summary>What the server says of a refusal.</summary>
    public ErrorDetails Details { get; }

    /// <summary>Why the connection failed and what to do about it; null where the call reached a server.</summary>
    public string? Trouble { get; init; }

    /// <summary>The time that the call had, where that is not the connection's.</summary>
    public TimeSpan? Limit { get; init; }

    /// <summary>The status in the transport's own words, for a text; empty where there is none.</summary>
    public string Status { get; }
}
