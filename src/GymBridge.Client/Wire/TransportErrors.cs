using GymBridge.Client.Errors;
using GymBridge.Client.Transports;
using GymBridge.Errors;
using GymBridge.Protocol;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;

namespace GymBridge.Client.Wire;

/// <summary>What a call that brought no result means to a user: by the server's reason, never by its text.</summary>
internal static class TransportErrors
{
    /// <summary>The exception for a failed call.</summary>
    /// <param name="exception">What the transport says.</param>
    /// <param name="what">What was tried: "Opening 'CartPole-v1' at localhost:50051".</param>
    /// <param name="options">The limits of this client.</param>
    /// <param name="timeout">The limit that the call had, unless the exception says another.</param>
    public static Exception ToException(TransportException exception, string what, ClientOptions options, TimeSpan timeout)
    {
        if (exception.Details.Fault is { } fault)
        {
            return FaultCodec.Decode(fault);
        }

        var text = exception.Message;
        return exception.Failure switch
        {
            TransportFailure.Broken => new ServerConnectionException(
                $"{what} failed: {exception.Trouble ?? text}", exception),
            TransportFailure.TimedOut => new CallTimeoutException(
                $"{what} got no answer within {(exception.Limit ?? timeout).TotalSeconds:0.###} s{(text.Length == 0 ? string.Empty : $" ({text})")}. ClientOptions has the limits."),
            TransportFailure.ReplyTooLarge => new MessageTooLargeException(
                $"{what} brought a reply of more than {options.MaxMessageBytes:N0} bytes, the limit of this client; raise ClientOptions.MaxMessageBytes."),
            _ => Refused(exception, text, $"{what} was refused: {text}"),
        };
    }

    private static Exception Refused(TransportException exception, string text, string refused) => (exception.Details.Reason?.Name ?? exception.Status) switch
    {
        "ENVIRONMENT_NOT_FOUND" or "NotFound" => new EnvironmentNotFoundException(text),
        "GENERATION_MISMATCH" => new GenerationMismatchException(
            $"{refused} This client speaks generation {ProtocolConstants.Generation}; install versions that belong together."),
        "MESSAGE_TOO_LARGE" => new MessageTooLargeException(refused),
        "CAP_REACHED" or "ResourceExhausted" => new LimitException(refused),
        "CAPABILITY_MISSING" or "UNKNOWN_CALL" or "Unimplemented" => new NotSupportedException(refused),
        "ATTRIBUTE_DENIED" or "MODULE_DENIED" or "UNAUTHENTICATED" or "PermissionDenied" or "Unauthenticated" => new ServerRefusedException(refused),
        _ => exception.Status switch
        {
            "InvalidArgument" => new ArgumentException(refused),
            "FailedPrecondition" or "Aborted" or "OutOfRange" => new InvalidOperationException(refused),
            _ => new GymBridgeException($"{refused} ({exception.Status})", exception),
        },
    };
}
