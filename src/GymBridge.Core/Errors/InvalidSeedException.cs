using System.Globalization;
using System.Numerics;

namespace GymBridge.Errors;

/// <summary>A value was offered as a seed that is not a non-negative integer.</summary>
/// <remarks>Gymnasium raises <c>gymnasium.error.Error</c> for the same mistake.</remarks>
public sealed class InvalidSeedException : GymBridgeException
{
    private const string Remedy = "a seed is a non-negative integer of any size: pass 0 or greater, or leave the seed out to have one drawn from the operating system's entropy.";

    /// <summary>Creates the exception with a finished message, as the far side of a connection sent it.</summary>
    /// <param name="message">A whole sentence that names the value and the remedy.</param>
    public InvalidSeedException(string message)
        : base(message)
    {
    }

    internal static InvalidSeedException ForNegative(BigInteger value) =>
        new($"Seed {value.ToString(CultureInfo.InvariantCulture)} is negative; {Remedy}");

    internal static InvalidSeedException ForText(string? text) =>
        new(text is null
            ? $"Seed text is null; {Remedy}"
            : $"Seed '{text}' is not a decimal or 0x hexadecimal integer; {Remedy}");
}
