using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using GymBridge.Protocol.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;

namespace GymBridge.Server.Service;

/// <summary>What gRPC for .NET takes too lightly: a deadline that has passed or is none would run for ever, and a method's name
/// is matched whatever its case. A message of a stream may begin and never end (<see cref="PatientBody"/>).</summary>
internal static class GrpcRequestCheck
{
    private const int MaxTimeoutDigits = 8;
    private const string Header = "grpc-timeout";

    /// <summary>Puts the check before the methods of a service.</summary>
    public static GrpcServiceEndpointConventionBuilder CheckRequests(this GrpcServiceEndpointConventionBuilder builder)
    {
        builder.Add(endpoint =>
        {
            if (endpoint is RouteEndpointBuilder { RequestDelegate: { } next } route)
            {
                endpoint.RequestDelegate = context => Check(context, route.RoutePattern) is { } refusal ? RefuseAsync(context, refusal) : next(context);
                if (endpoint.Metadata.OfType<GrpcMethodMetadata>().FirstOrDefault()?.Method.Type == MethodType.DuplexStreaming)
                {
                    LimitMessages(endpoint);
                }
            }
        });
        return builder;
    }

    /// <summary>How long a call may take by its header.</summary>
    /// <returns>False where the text is none of <c>TimeoutValue TimeoutUnit</c>, at most eight digits and one of H, M, S, m, u, n.</returns>
    internal static bool TryParseTimeout(string text, out TimeSpan timeout)
    {
        timeout = TimeSpan.Zero;
        if (text.Length is < 2 or > MaxTimeoutDigits + 1
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        long? ticksPerUnit = text[^1] switch
        {
            'H' => TimeSpan.TicksPerHour,
            'M' => TimeSpan.TicksPerMinute,
            'S' => TimeSpan.TicksPerSecond,
            'm' => TimeSpan.TicksPerMillisecond,
            'u' => TimeSpan.TicksPerMicrosecond,
            'n' => 0,
            _ => null,
        };
        if (ticksPerUnit is not { } ticks)
        {
            return false;
        }

        timeout = text[^1] == 'n' ? new TimeSpan(value * TimeSpan.TicksPerMicrosecond / 1000) : new TimeSpan(value * ticks);
        return true;
    }

    private static void LimitMessages(EndpointBuilder endpoint)
    {
        var next = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = context =>
        {
            PatientBody.Set(context, context.RequestServices.GetRequiredService<TimeProvider>());
            return next(context);
        };
    }

    private static (ErrorReason Reason, string Text)? Check(HttpContext context, RoutePattern pattern)
    {
        if (!string.Equals(context.Request.Path.Value, "/" + pattern.RawText?.TrimStart('/'), StringComparison.Ordinal))
        {
            return (ErrorReasons.UnknownCall, $"There is no method '{context.Request.Path.Value}'; names of methods are matched with their case.");
        }

        var headers = context.Request.Headers[Header];
        if (headers.Count == 0)
        {
            return null;
        }

        if (headers.Count > 1 || !TryParseTimeout(headers[0] ?? string.Empty, out var timeout))
        {
            return (ErrorReasons.Internal, $"malformed {Header}: one of at most {MaxTimeoutDigits} digits and a unit (H, M, S, m, u, n) is expected.");
        }

        // Less than a tick of the clock that would watch over it: the deadline has passed.
        return timeout < TimeSpan.FromMilliseconds(1) ? (ErrorReasons.CallTimeout, $"The deadline had passed when the call came ({Header}: {headers[0]}).") : null;
    }

    private static Task RefuseAsync(HttpContext context, (ErrorReason Reason, string Text) refusal)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = ((int)refusal.Reason.Code).ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["grpc-message"] = Uri.EscapeDataString(refusal.Text);
        return Task.CompletedTask;
    }
}
