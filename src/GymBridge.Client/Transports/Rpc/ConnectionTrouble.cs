using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace GymBridge.Client.Transports.Rpc;

/// <summary>Why a connection could not be made, or broke, in words that say what to do.</summary>
internal static class ConnectionTrouble
{
    /// <summary>The trouble of a call whose connection failed.</summary>
    /// <param name="exception">What gRPC says.</param>
    /// <param name="cause">The innermost cause.</param>
    public static string Describe(RpcException exception, string cause)
    {
        var causes = Causes(exception).ToList();
        if (causes.Exists(inner => inner is AuthenticationException or HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }))
        {
            return $"TLS failed ({cause}). The server's certificate must fit the host name and lead to a root of the system, or of GYMBRIDGE_TLS_CA; a server without TLS is 'host:port'.";
        }

        if (causes.Exists(inner => inner is HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError }))
        {
            return $"the host is not known ({cause}).";
        }

        return WasConnected(causes)
            ? $"what answers there has closed the connection, or does not speak HTTP/2 in clear ({cause}). If it has TLS, write 'https://host:port'; if it wants a client certificate, name it and its key by GYMBRIDGE_TLS_CERT and GYMBRIDGE_TLS_KEY."
            : $"nothing answers there ({cause}). Is the server running? 'gymbridge serve' starts one.";
    }

    private static IEnumerable<Exception> Causes(RpcException exception)
    {
        for (var cause = exception.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            yield return cause;
        }
    }

    // Whoever resets a connection, ends it early, or answers in another protocol is there.
    private static bool WasConnected(List<Exception> causes) => causes.Exists(inner => inner
        is SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown }
        or HttpIOException
        or ObjectDisposedException
        or HttpRequestException
        {
            HttpRequestError: HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse
                or HttpRequestError.ResponseEnded or HttpRequestError.VersionNegotiationError,
        })
        || (causes.Exists(inner => inner is HttpRequestException)
            && !causes.Exists(inner => inner is SocketException or OperationCanceledException or TimeoutException));
}
