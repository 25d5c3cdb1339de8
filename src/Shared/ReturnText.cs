using System.Globalization;

namespace GymBridge.Shared;

/// <summary>Returns of episodes as people read them: two decimals where all are small, else one, and a dash where no episode has ended.</summary>
internal static class ReturnText
{
    private const double Small = 10;

    /// <summary>One return, by itself.</summary>
    public static string Of(double value) => Of(value, value);

    /// <summary>One of several returns that stand together.</summary>
    /// <param name="value">The return, or what was computed of several.</param>
    /// <param name="greatest">The one of greatest magnitude among them, which decides how many decimals all have.</param>
    public static string Of(double value, double greatest) => double.IsNaN(value)
        ? "-"
        : value.ToString(Math.Abs(greatest) < Small ? "F2" : "F1", CultureInfo.InvariantCulture);

    /// <summary>A mean number of steps.</summary>
    public static string OfLength(double value) => Of(value, Small);
}
