using Google.Protobuf;
using Grpc.Core;
using GymBridge.Errors;
using GymBridge.Protocol.Codec;

namespace GymBridge.Server.Service;

/// <summary>The one place that says which status refuses what; the environment's own exceptions inside a call are faults instead.</summary>
internal static class RpcErrors
{
    /// <summary>The trailer with the fault of an environment that could not be made.</summary>
    public const string FaultTrailer = "gymbridge-fault-bin";

    public static RpcException InvalidArgument(string text) => Of(StatusCode.InvalidArgument, text);

    public static RpcException NotFound(string text) => Of(StatusCode.NotFound, text);

    public static RpcException FailedPrecondition(string text) => Of(StatusCode.FailedPrecondition, text);

    public static RpcException ResourceExhausted(string text) => Of(StatusCode.ResourceExhausted, text);

    public static RpcException Unimplemented(string text) => Of(StatusCode.Unimplemented, text);

    public static RpcException PermissionDenied(string text) => Of(StatusCode.PermissionDenied, text);

    public static RpcException DeadlineExceeded(string text) => Of(StatusCode.DeadlineExceeded, text);

    public static RpcException Unavailable(string text) => Of(StatusCode.Unavailable, text);

    public static RpcException Internal(string text) => Of(StatusCode.Internal, text);

    /// <summary>The refusal of an Open or Describe whose environment could not be made.</summary>
    public static RpcException ForMaking(Exception exception, bool withTrace)
    {
        var fault = FaultCodec.Encode(exception, isRecoverable: false, withTrace);
        var (code, text) = exception switch
        {
            EnvironmentNotFoundException => (StatusCode.NotFound, fault.Message),
            ArgumentException or OverflowException => (StatusCode.InvalidArgument, fault.Message),
            NotSupportedException => (StatusCode.Unimplemented, fault.Message),
            _ => (StatusCode.Unknown, $"{fault.PythonClass} ({fault.DotnetClass}): {fault.Message}"),
        };
        return new RpcException(new Status(code, text), new Metadata { { FaultTrailer, fault.ToByteArray() } });
    }

    private static RpcException Of(StatusCode code, string text) => new(new Status(code, text));
}
