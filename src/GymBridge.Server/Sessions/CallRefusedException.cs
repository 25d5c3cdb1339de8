using System.Collections.Immutable;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions;

/// <summary>A call or an opening that is not executed. Transports say it in their own words; the reason decides which.</summary>
internal sealed class CallRefusedException : Exception
{
    /// <summary>A refusal.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="message">What was wrong, with the value, and what to do.</param>
    /// <param name="details">Values of the text, by the names that the reason documents.</param>
    public CallRefusedException(ErrorReason reason, string message, params (string Name, string Value)[] details)
        : base(message)
    {
        Reason = reason;
        Details = [.. details];
    }

    /// <summary>A refusal for bytes that do not keep the contract.</summary>
    public CallRefusedException(ProtocolException exception, string? field = null)
        : base(field is null ? exception.Message : $"{field}: {exception.Message}", exception)
    {
        Reason = exception.Reason;
        Details = field is null ? exception.Details : exception.Details.Add(("field", field));
    }

    public ErrorReason Reason { get; }

    public ImmutableArray<(string Name, string Value)> Details { get; }

    /// <summary>The exception of the environment that stands behind it; null where there is none.</summary>
    public Fault? Fault { get; init; }
}
