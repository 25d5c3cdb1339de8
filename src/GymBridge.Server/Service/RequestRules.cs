using System.Globalization;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace GymBridge.Server.Service;

/// <summary>What gRPC demands of a request and its .NET server does not look at: a well-formed deadline that has not passed.</summary>
internal static class RequestRules
{
    private const string TimeoutHeader = "grpc-timeout";
    private const int MaxDigits = 8;
    private const int MaxShown = 32;

    /// <summary>Why a request is refused; null if it is fine.</summary>
    public static Status? Check(IHeaderDictionary headers)
    {
        if (!headers.TryGetValue(TimeoutHeader, out var values))
        {
            return null;
        }

        var text = values.Count == 1 ? values[0] ?? string.Empty : string.Empty;
        if (TimeoutOf(text) is not { } timeout)
        {
            var shown = text.Length > MaxShown ? text[..MaxShown] : text;
            return new Status(StatusCode.Internal, $"malformed grpc-timeout '{shown}': 1 to {MaxDigits} digits and one of H M S m u n are expected, once.");
        }

        // Less than a tick of the clock that would watch over it: gRPC for .NET takes the least of them for no deadline at all.
        return timeout < TimeSpan.FromMilliseconds(1)
            ? new Status(StatusCode.DeadlineExceeded, $"The deadline had passed when the call came (grpc-timeout: {text}).")
            : null;
    }

    // Null where the text is none of TimeoutValue TimeoutUnit.
    private static TimeSpan? TimeoutOf(string text)
    {
        if (text.Length is < 2 or > MaxDigits + 1 || text.AsSpan(0, text.Length - 1).ContainsAnyExceptInRange('0', '9'))
        {
            return null;
        }

        var value = long.Parse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture);
        return text[^1] switch
        {
            'H' => TimeSpan.FromTicks(value * TimeSpan.TicksPerHour),
            'M' => TimeSpan.FromTicks(value * TimeSpan.TicksPerMinute),
            'S' => TimeSpan.FromTicks(value * TimeSpan.TicksPerSecond),
            'm' => TimeSpan.FromTicks(value * TimeSpan.TicksPerMillisecond),
            'u' => TimeSpan.FromTicks(value * TimeSpan.TicksPerMicrosecond),
            'n' => TimeSpan.FromTicks(value / TimeSpan.NanosecondsPerTick),
            _ => null,
        };
    }
}
