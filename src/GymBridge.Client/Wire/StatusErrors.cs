using Google.Protobuf;
using Grpc.Core;
using GymBridge.Client.Errors;
using GymBridge.Errors;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Wire;

/// <summary>What a failed gRPC call means here: the counterpart of the server's mapping.</summary>
internal static class StatusErrors
{
    /// <summary>Trailing metadata of a failed Open or Describe: the fault of an exception in the environment's constructor.</summary>
    private const string FaultTrailer = "gymbridge-fault-bin";

    private const string ReceiveLimitText = "Received message exceeds";

    /// <summary>Whether the connection failed, so that it is not known whether the call was executed.</summary>
    public static bool IsTransport(RpcException exception) => exception.StatusCode switch
    {
        StatusCode.Unavailable => true,
        StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled => exception.Status.DebugException is HttpRequestException or IOException,
        _ => false,
    };

    /// <summary>Whether the server has answered, with more bytes than this client takes.</summary>
    public static bool IsReceiveLimit(RpcException exception) =>
        exception.StatusCode == StatusCode.ResourceExhausted && exception.Status.Detail.StartsWith(ReceiveLimitText, StringComparison.Ordinal);

    /// <summary>The exception for a failed call.</summary>
    /// <param name="exception">What gRPC says.</param>
    /// <param name="what">What was tried: "Opening 'CartPole-v1' at localhost:50051".</param>
    /// <param name="options">The limits of this client.</param>
    /// <param name="timeout">The limit that the call had.</param>
    public static Exception ToException(RpcException exception, string what, ClientOptions options, TimeSpan timeout)
    {
        if (ReadFault(exception) is { } fault)
        {
            return FaultCodec.Decode(fault);
        }

        var detail = exception.Status.Detail;
        return exception.StatusCode switch
        {
            StatusCode.NotFound => new EnvironmentNotFoundException(detail),
            StatusCode.DeadlineExceeded => new CallTimeoutException(
                $"{what} got no answer within {timeout.TotalSeconds:0.###} s{(detail.Length == 0 ? string.Empty : $" ({detail})")}. ClientOptions has the limits."),
            StatusCode.ResourceExhausted => Exhausted(detail, what, options),
            StatusCode.FailedPrecondition when detail.Contains("generation", StringComparison.OrdinalIgnoreCase) => new GenerationMismatchException(
                $"{what} was refused: {detail} This client speaks generation {ProtocolConstants.Generation}; install versions that belong together."),
            StatusCode.FailedPrecondition => new InvalidOperationException($"{what} was refused: {detail}"),
            StatusCode.InvalidArgument => new ArgumentException($"{what} was refused: {detail}"),
            StatusCode.Unimplemented => new NotSupportedException($"{what} was refused: {detail}"),
            StatusCode.PermissionDenied or StatusCode.Unauthenticated => new ServerRefusedException($"{what} was refused: {detail}"),
            _ when IsTransport(exception) => new ServerConnectionException(
                $"{what} failed: nothing answers there ({Reason(exception)}). Is the server running? 'gymbridge serve' starts one.", exception),
            _ => new GymBridgeException($"{what} failed with {exception.StatusCode}: {detail}", exception),
        };
    }

    /// <summary>The innermost cause of a broken connection, in few words.</summary>
    public static string Reason(RpcException exception)
    {
        var cause = exception.Status.DebugException;
        while (cause?.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause?.Message ?? exception.Status.Detail;
    }

    private static GymBridgeException Exhausted(string detail, string what, ClientOptions options)
    {
        if (detail.StartsWith(ReceiveLimitText, StringComparison.Ordinal))
        {
            return new MessageTooLargeException(
                $"{what} brought a reply of more than {options.MaxMessageBytes:N0} bytes, the limit of this client; raise ClientOptions.MaxMessageBytes.");
        }

        return detail.Contains("message", StringComparison.OrdinalIgnoreCase) || detail.Contains("bytes", StringComparison.OrdinalIgnoreCase)
            ? new MessageTooLargeException($"{what} was refused: {detail}")
            : new LimitException($"{what} was refused: {detail}");
    }

    private static Fault? ReadFault(RpcException exception)
    {
        try
        {
            return exception.Trailers.GetValueBytes(FaultTrailer) is { } bytes ? Fault.Parser.ParseFrom(bytes) : null;
        }
        catch (Exception failure) when (failure is InvalidProtocolBufferException or FormatException)
        {
            return null;
        }
    }
}
