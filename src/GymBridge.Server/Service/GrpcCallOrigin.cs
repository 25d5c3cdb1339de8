using System.Globalization;
using Google.Protobuf;
using GymBridge.Protocol.Errors;
using GymBridge.Server.Sessions;
using Microsoft.AspNetCore.Http;

namespace GymBridge.Server.Service;

/// <summary>A gRPC call as a session sees it.</summary>
internal sealed class GrpcCallOrigin(HttpContext context) : ICallOrigin
{
    public IPeerConnection? Connection { get; } = PeerConnection.Of(context);

    /// <summary>Ends the response with the status from another thread, because the request's own is inside the environment; what
    /// that one writes later goes nowhere.</summary>
    public void Refuse(CallRefusedException refusal)
    {
        var response = context.Response;
        try
        {
            if (!response.HasStarted)
            {
                response.ContentType = "application/grpc";
            }

            response.AppendTrailer("grpc-status", ((int)refusal.Reason.Code).ToString(CultureInfo.InvariantCulture));
            response.AppendTrailer("grpc-message", Uri.EscapeDataString(refusal.Message));
            response.AppendTrailer(ErrorDetails.Trailer, Convert.ToBase64String(RpcErrors.DetailOf(refusal).ToByteArray()).TrimEnd('='));
            _ = response.CompleteAsync();
        }
        catch (Exception exception) when (exception is InvalidOperationException or ObjectDisposedException or IOException)
        {
            // The client has gone, or the answer is already on its way.
            context.Abort();
        }
    }
}
