using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace GymBridge.Server.Service;

/// <summary>What gRPC demands of a request and its .NET server does not look at: a well-formed deadline.</summary>
internal static class RequestRules
{
    private const string TimeoutHeader = "grpc-timeout";
    private const int MaxDigits = 8;

    // .NET counts in ticks of 100 ns, and gRPC for .NET takes a shorter deadline for none at all.
    private const long LeastNanoseconds = 100;

    /// <summary>Why a request is refused; null if it is fine.</summary>
    public static Status? Check(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(TimeoutHeader, out var values))
        {
            return null;
        }

        var text = values.Count == 1 ? values[0] ?? string.Empty : string.Empty;
        if (text.Length is < 2 or > MaxDigits + 1 || text.AsSpan(0, text.Length - 1).ContainsAnyExceptInRange('0', '9') || !"HMSmun".Contains(text[^1], StringComparison.Ordinal))
        {
            var shown = text.Length > 32 ? text[..32] : text;
            return new Status(StatusCode.Internal, $"malformed grpc-timeout '{shown}': 1 to {MaxDigits} digits and one of H M S m u n are expected, once.");
        }

        var amount = int.Parse(text.AsSpan(0, text.Length - 1), System.Globalization.CultureInfo.InvariantCulture);
        return amount == 0 || (text[^1] == 'n' && amount < LeastNanoseconds)
            ? new Status(StatusCode.DeadlineExceeded, "The deadline had passed when the call came.")
            : null;
    }
}
