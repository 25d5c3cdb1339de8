using Grpc.Core;
using GymBridge.Protocol.Errors;

namespace GymBridge.Client.Transports.Rpc;

/// <summary>gRPC's failures in no transport's words.</summary>
internal static class RpcFailures
{
    // gRPC for .NET has no other sign of it than its text.
    private const string ReceiveLimitText = "Received message exceeds";

    /// <summary>The failure behind an exception of gRPC's.</summary>
    public static TransportException Translate(RpcException exception)
    {
        var details = DetailsOf(exception);
        var failure = exception.StatusCode switch
        {
            _ when details.Reason is { } reason => reason == ErrorReasons.Stopping ? TransportFailure.Broken
                : reason.Code == StatusCode.DeadlineExceeded ? TransportFailure.TimedOut
                : TransportFailure.Refused,
            StatusCode.Unavailable => TransportFailure.Broken,
            StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled
                when exception.Status.DebugException is HttpRequestException or IOException => TransportFailure.Broken,
            StatusCode.DeadlineExceeded or StatusCode.Cancelled => TransportFailure.TimedOut,
            StatusCode.ResourceExhausted when exception.Status.Detail.StartsWith(ReceiveLimitText, StringComparison.Ordinal) => TransportFailure.ReplyTooLarge,
            _ => TransportFailure.Refused,
        };
        var text = failure == TransportFailure.Broken ? Cause(exception) : exception.Status.Detail;
        return new TransportException(failure, text, details, exception.StatusCode.ToString(), exception)
        {
            Trouble = failure == TransportFailure.Broken ? ConnectionTrouble.Describe(exception, text) : null,
        };
    }

    // The innermost cause of a broken connection says it in the fewest words.
    private static string Cause(RpcException exception)
    {
        var cause = exception.Status.DebugException;
        while (cause?.InnerException is { } inner)
        {
            cause = inner;
        }

        return cause?.Message ?? exception.Status.Detail;
    }

    private static ErrorDetails DetailsOf(RpcException exception)
    {
        try
        {
            return ErrorDetails.Read(exception.Trailers.GetValueBytes(ErrorDetails.Trailer));
        }
        catch (FormatException)
        {
            return ErrorDetails.None;
        }
    }
}
