using Grpc.Core;

namespace GymBridge.Cli;

/// <summary>Tells errors whose message is all that a user needs from those that need a stack trace: bugs.</summary>
internal static class UserErrors
{
    /// <summary>Whether the message alone is shown.</summary>
    public static bool IsExpected(Exception exception) => exception
        is GymBridgeException
        or ArgumentException
        or IOException
        or InvalidDataException
        or UnauthorizedAccessException
        or NotSupportedException
        or TimeoutException
        or RpcException;
}
