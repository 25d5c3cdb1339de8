using System.Globalization;

namespace GymBridge.Cli;

/// <summary>A limit of the addresses that a process may use (<c>ulimit -v</c>). The runtime reserves far more of them than it takes memory:
/// where it gets none, it ends in its own words, or with a library that "cannot be found", and nothing of ours is asked.</summary>
internal static class AddressSpace
{
    private const string Limits = "/proc/self/limits";
    private const string Label = "Max address space";

    // Training takes 3 GB of addresses on two processors, and each further thread takes some.
    private const long Enough = 4L << 30;

    /// <summary>Says so at the start, when it can still be said.</summary>
    public static void WarnOfLimit(TextWriter error)
    {
        if (Read() is { } limit and < Enough)
        {
            error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"warning: this process may use {limit >> 20} MiB of addresses (ulimit -v), and .NET reserves {Enough >> 20} MiB, of which it takes little: it may end without a sentence. Raise that limit (ulimit -v unlimited); memory is limited by a control group, such as systemd-run --scope -p MemoryMax=4G."));
        }
    }

    private static long? Read()
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var line = File.ReadLines(Limits).FirstOrDefault(text => text.StartsWith(Label, StringComparison.Ordinal));
            return long.TryParse(line?[Label.Length..].TrimStart().Split(' ')[0], CultureInfo.InvariantCulture, out var bytes) ? bytes : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null; // A system that does not tell.
        }
    }
}
