using System.Globalization;

namespace GymBridge.Cli;

/// <summary>Standard input, output and error where whoever started the command has closed some of them (<c>gymbridge ... &gt;&amp;-</c>).</summary>
/// <remarks>The numbers of closed descriptors are given to the next files that the process opens: the runtime's own pipes and
/// assemblies, which a line of output would damage. As in Python and git, output then goes nowhere and input is at its end.</remarks>
internal static class StandardStreams
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Error = 2;

    // open(2) on Linux, octal as /proc has it. A file that was handed on to this program cannot have it; what .NET opens has.
    private const long CloseOnExec = 0x80000;

    private const string FlagsLabel = "flags:";

    /// <summary>Replaces those that are closed, before anything is written, and opens the others: an error can then be told though the
    /// process has run out of descriptors.</summary>
    public static void Open()
    {
        if (IsClosed(Input))
        {
            Console.SetIn(TextReader.Null);
        }

        if (IsClosed(Output))
        {
            Console.SetOut(TextWriter.Null);
        }

        if (IsClosed(Error))
        {
            Console.SetError(TextWriter.Null);
        }

        _ = (Console.Out, Console.Error);
    }

    /// <summary>The bytes of standard input; none if it is closed.</summary>
    public static Stream OpenInput() => IsClosed(Input) ? Stream.Null : Console.OpenStandardInput();

    private static bool IsClosed(int descriptor)
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/proc/self/fdinfo"))
        {
            return false;
        }

        try
        {
            var flags = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{descriptor}"))
                .First(line => line.StartsWith(FlagsLabel, StringComparison.Ordinal))[FlagsLabel.Length..];
            return (Convert.ToInt64(flags.Trim(), 8) & CloseOnExec) != 0;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidOperationException or FormatException)
        {
            return false; // A system that does not tell.
        }
    }
}
