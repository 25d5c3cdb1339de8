using Grpc.AspNetCore.Server;
using Grpc.Core;

namespace GymBridge.Server.Service;

/// <summary>What the methods of the service do beyond gRPC for .NET: a message of a stream may not begin and never end
/// (<see cref="PatientBody"/>), and a call that is done at once needs nothing of it (<see cref="QuickExchange"/>).</summary>
internal static class MethodConventions
{
    /// <summary>Puts it before the methods.</summary>
    public static GrpcServiceEndpointConventionBuilder AddConventions(this GrpcServiceEndpointConventionBuilder builder)
    {
        builder.Add(QuickExchange.Wrap);
        builder.Add(endpoint =>
        {
            if (endpoint.RequestDelegate is { } next
                && endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method.Type == MethodType.DuplexStreaming)
            {
                endpoint.RequestDelegate = context =>
                {
                    PatientBody.Set(context, context.RequestServices.GetRequiredService<TimeProvider>());
                    return next(context);
                };
            }
        });
        return builder;
    }
}
