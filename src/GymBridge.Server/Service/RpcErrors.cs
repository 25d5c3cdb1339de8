using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Server.Sessions;

namespace GymBridge.Server.Service;

/// <summary>Refusals in gRPC's words: status, text, and an <see cref="ErrorStatus"/> in the trailer.</summary>
internal static class RpcErrors
{
    /// <summary>The exception that ends a gRPC call with a refusal.</summary>
    public static RpcException Of(CallRefusedException refusal) => new(
        new Status(refusal.Reason.Code, refusal.Message), new Metadata { { ErrorDetails.Trailer, DetailOf(refusal).ToByteArray() } });

    /// <summary>A refusal that the adapter itself makes.</summary>
    public static RpcException Of(ErrorReason reason, string text, params (string Name, string Value)[] details) =>
        Of(new CallRefusedException(reason, text, details));

    /// <summary>The detail of a refusal.</summary>
    public static ErrorStatus DetailOf(CallRefusedException refusal)
    {
        var info = new ErrorInfo { Reason = refusal.Reason.Name, Domain = ErrorDetails.Domain };
        foreach (var (name, value) in refusal.Details)
        {
            info.Metadata[name] = value;
        }

        var status = new ErrorStatus { Code = (int)refusal.Reason.Code, Message = refusal.Message };
        status.Details.Add(new Any { TypeUrl = ErrorDetails.InfoType, Value = info.ToByteString() });
        if (refusal.Fault is { } fault)
        {
            status.Details.Add(new Any { TypeUrl = ErrorDetails.FaultType, Value = fault.ToByteString() });
        }

        return status;
    }
}
