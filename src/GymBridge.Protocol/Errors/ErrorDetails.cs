using System.Collections.Immutable;
using Google.Protobuf;
using GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Errors;

/// <summary>The structured detail of a refusal: google.rpc.Status with ErrorInfo, in the trailer of a failed call.</summary>
/// <param name="Reason">Why; null for a reason that is not known here.</param>
/// <param name="Metadata">Values of the text, by the names that the reason documents.</param>
/// <param name="Fault">The exception of the environment behind it; null where there is none.</param>
internal sealed record ErrorDetails(ErrorReason? Reason, ImmutableDictionary<string, string> Metadata, Fault? Fault)
{
    /// <summary>The trailer that holds it.</summary>
    public const string Trailer = "grpc-status-details-bin";

    /// <summary>The domain of our reasons.</summary>
    public const string Domain = "gymbridge.v1";

    /// <summary>Type of the detail with the reason.</summary>
    public const string InfoType = "type.googleapis.com/google.rpc.ErrorInfo";

    /// <summary>Type of the detail with an environment's exception.</summary>
    public const string FaultType = "type.googleapis.com/gymbridge.v1.Fault";

    /// <summary>A refusal that says nothing of itself.</summary>
    public static ErrorDetails None { get; } = new(null, ImmutableDictionary<string, string>.Empty, null);

    /// <summary>Reads the trailer of a failed call.</summary>
    /// <param name="trailer">Its bytes; null where there is none.</param>
    /// <returns>What it says; <see cref="None"/> where it is missing or is none of ours. No type is looked up by its name.</returns>
    public static ErrorDetails Read(byte[]? trailer)
    {
        if (trailer is null)
        {
            return None;
        }

        try
        {
            var (info, fault) = (new ErrorInfo(), (Fault?)null);
            foreach (var detail in ErrorStatus.Parser.ParseFrom(trailer).Details)
            {
                switch (detail.TypeUrl)
                {
                    case InfoType:
                        info = ErrorInfo.Parser.ParseFrom(detail.Value);
                        break;
                    case FaultType:
                        fault = Fault.Parser.ParseFrom(detail.Value);
                        break;
                }
            }

            return new ErrorDetails(
                info.Domain == Domain ? ErrorReasons.Find(info.Reason) : null,
                info.Metadata.ToImmutableDictionary(StringComparer.Ordinal),
                fault);
        }
        catch (InvalidProtocolBufferException)
        {
            return None;
        }
    }
}
