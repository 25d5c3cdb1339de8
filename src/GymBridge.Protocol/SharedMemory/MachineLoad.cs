using System.Globalization;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace GymBridge.Protocol.SharedMemory;

/// <summary>How many processors this process may use, and whether the machine has one to spare.</summary>
[SupportedOSPlatform("linux")]
internal static class MachineLoad
{
    private const string Quota = "/sys/fs/cgroup/cpu.max";
    private const string Online = "/sys/devices/system/cpu/online";
    private const string Load = "/proc/loadavg";

    private static readonly int AllProcessors = CountOnline();
    private static readonly SafeFileHandle? LoadFile = Open();

    /// <summary>Processors of this process: its affinity, and the quota of its container.</summary>
    public static double Processors { get; } = Math.Min(Environment.ProcessorCount, ReadQuota());

    /// <summary>Whether more threads want to run than the machine has processors; false where it does not tell.</summary>
    /// <remarks>It takes about a microsecond and allocates nothing.</remarks>
    public static bool IsBusy()
    {
        if (LoadFile is null)
        {
            return false;
        }

        Span<byte> text = stackalloc byte[128];
        try
        {
            return Running(text[..RandomAccess.Read(LoadFile, text, 0)]) > AllProcessors;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The running threads in a line such as "0.20 0.18 0.12 1/80 11206"; 0 where it is none.</summary>
    internal static int Running(ReadOnlySpan<byte> load)
    {
        var slash = load.IndexOf((byte)'/');
        var number = slash < 0 ? default : load[(load[..slash].LastIndexOf((byte)' ') + 1)..slash];
        return int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var running) ? running : 0;
    }

    private static SafeFileHandle? Open()
    {
        try
        {
            return File.OpenHandle(Load);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static double ReadQuota()
    {
        var parts = ReadText(Quota).Split(' ');
        return parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var quota)
            && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var period) && period > 0
            ? quota / period
            : double.PositiveInfinity;
    }

    // Ranges, as "0-3,8".
    private static int CountOnline()
    {
        var count = 0;
        foreach (var range in ReadText(Online).Split(','))
        {
            var ends = range.Split('-');
            if (!int.TryParse(ends[0], CultureInfo.InvariantCulture, out var first) || !int.TryParse(ends[^1], CultureInfo.InvariantCulture, out var last))
            {
                return Environment.ProcessorCount;
            }

            count += last - first + 1;
        }

        return count;
    }

    private static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
