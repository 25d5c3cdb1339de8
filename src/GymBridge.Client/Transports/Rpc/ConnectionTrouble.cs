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
    public static string Describe(RpcException exception, string cause) => KindOf(exception) switch
    {
        HttpRequestError.SecureConnectionError =>
            $"TLS failed ({cause}). The server's certificate must fit the host name and lead to a root of the system, or of GYMBRIDGE_TLS_CA; a server without TLS is 'host:port'.",
        HttpRequestError.NameResolutionError => $"the host is not known ({cause}).",
        HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded or HttpRequestError.VersionNegotiationError =>
            $"what answers there has closed the connection, or does not speak HTTP/2 in clear ({cause}). If it has TLS, write 'https://host:port'.",
        _ => $"nothing answers there ({cause}). Is the server running? 'gymbridge serve' starts one.",
    };

    private static HttpRequestError KindOf(RpcException exception)
    {
        for (var cause = exception.Status.DebugException; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case AuthenticationException:
                    return HttpRequestError.SecureConnectionError;
                case SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown }:
                    return HttpRequestError.ResponseEnded;
                case HttpRequestException { HttpRequestError: not HttpRequestError.Unknown and not HttpRequestError.ConnectionError and var kind }:
                    return kind;
                case HttpIOException { HttpRequestError: var kind }:
                    return kind;
                default:
                    break;
            }
        }

        return HttpRequestError.Unknown;
    }
}
