using System.Globalization;

namespace GymBridge.Shared;

/// <summary>Numbers of things as people read them: <c>1 lane</c>, <c>2 lanes</c>.</summary>
internal static class Plural
{
    /// <summary>The number with its noun.</summary>
    /// <param name="count">How many.</param>
    /// <param name="noun">The noun of one, to which many add an s.</param>
    public static string Of(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? string.Empty : "s")}");
}
