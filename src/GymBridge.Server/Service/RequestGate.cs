using System.Collections.Frozen;
using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.Errors;
using GymBridge.Server.Security;
using GymBridge.Server.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;

namespace GymBridge.Server.Service;

/// <summary>The first thing that a request meets: who comes, and whether it keeps the rules of gRPC, before its body is read.</summary>
/// <remarks>It also gives gRPC's own trouble with a message its proper status: gRPC for .NET answers UNKNOWN to a malformed one.</remarks>
internal sealed class RequestGate(AccessPolicy policy, bool isWholeServer, ILogger<RequestGate> logger)
{
    private const string HealthCheck = "/grpc.health.v1.Health/Check";
    private const string Scheme = "Bearer ";
    private const string ServicePrefix = "/gymbridge.v1.EnvService/";
    private const string StatusHeader = "grpc-status";
    private const string MessageHeader = "grpc-message";
    private const string HandlerThrew = "Exception was thrown by handler.";

    private static readonly string[] Prefixes = [ServicePrefix, "/grpc.health.v1.", "/grpc.reflection."];

    private static readonly FrozenSet<string> Methods =
        Protocol.V1.EnvService.Descriptor.Methods.Select(method => ServicePrefix + method.Name).ToFrozenSet(StringComparer.Ordinal);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value ?? string.Empty;
        if (!isWholeServer && !Array.Exists(Prefixes, prefix => path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
        {
            return next(context); // a page of the application around us; routing, too, does not look at case
        }

        var refusal = Authenticate(context, path) ?? RequestRules.Check(context.Request.Headers);
        if (refusal is null && !Methods.Contains(path) && path.StartsWith(ServicePrefix, StringComparison.OrdinalIgnoreCase))
        {
            // Routing does not look at case, gRPC does.
            refusal = new Status(StatusCode.Unimplemented, $"There is no method '{path}' here.");
        }

        if (refusal is { } status)
        {
            TrailersOnly(context.Response, status);
            return Task.CompletedTask;
        }

        context.Features.Get<ConnectionGate.Ticket>()?.Admit();
        var task = next(context);
        if (!task.IsCompletedSuccessfully)
        {
            return AwaitAsync(task, context.Response);
        }

        Mend(context.Response);
        return task;
    }

    private static async Task AwaitAsync(Task task, HttpResponse response)
    {
        await task;
        Mend(response);
    }

    // Every exception of our own has a status, so what is left is a message that gRPC itself could not read.
    private static void Mend(HttpResponse response)
    {
        if (!response.HasStarted && response.Headers.TryGetValue(StatusHeader, out var status) && status == "2"
            && response.Headers[MessageHeader] == HandlerThrew)
        {
            response.Headers[StatusHeader] = "13";
            response.Headers[MessageHeader] = "The request is no message of gRPC: its flag, its length or its compression is wrong.";
        }
    }

    private static void TrailersOnly(HttpResponse response, Status status)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "application/grpc";
        response.Headers[StatusHeader] = ((int)status.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture);
        if (status.StatusCode == StatusCode.Unauthenticated)
        {
            response.Headers[ErrorDetails.Trailer] = Convert.ToBase64String(
                RpcErrors.DetailOf(new CallRefusedException(ErrorReasons.Unauthenticated, status.Detail)).ToByteArray());
        }

        response.Headers[MessageHeader] = Uri.EscapeDataString(status.Detail).Replace("%20", " ", StringComparison.Ordinal);
    }

    private Status? Authenticate(HttpContext context, string path)
    {
        var principal = policy.Tokens is { } tokens
            ? tokens.Find(TokenOf(context.Request))
            : policy.NeedsCertificate ? Certified(context) : policy.IsSameUser ? Principal.Owner : null;
        if (principal is not null)
        {
            context.Features.Set<IHttpAuthenticationFeature>(principal);
            return null;
        }

        if ((policy.Tokens is null && !policy.NeedsCertificate) || path == HealthCheck)
        {
            return null;
        }

        logger.Unauthenticated(context.Connection.Id);
        return new Status(
            StatusCode.Unauthenticated,
            "This server needs its token: clients of the user who started it find it by themselves, others set GYMBRIDGE_TOKEN_FILE or GYMBRIDGE_TOKEN.");
    }

    private static ReadOnlySpan<char> TokenOf(HttpRequest request)
    {
        var values = request.Headers.Authorization;
        return values.Count == 1 && values[0] is { } header && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? header.AsSpan(Scheme.Length)
            : default;
    }

    private static Principal? Certified(HttpContext context)
    {
        var ticket = context.Features.Get<ConnectionGate.Ticket>();
        if (ticket?.Certified is { } known)
        {
            return known;
        }

        if (context.Connection.ClientCertificate is not { } certificate)
        {
            return null;
        }

        var principal = new Principal($"cert:{certificate.Subject}");
        ticket?.Certified = principal;
        return principal;
    }
}
