using System.Net.Sockets;

namespace GymBridge.Cli.Errors;

/// <summary>What the operating system refuses in three words, and what helps.</summary>
internal static class SystemErrors
{
    // As strerror says them; .NET has no exceptions of its own for them.
    private static readonly (string Text, string Remedy)[] Remedies =
    [
        ("Too many open files", "This process may not open more; raise its limit (ulimit -n 4096), or ask for fewer lanes."),
        ("No space left on device", "Free some, or write elsewhere (--logdir, -o)."),
        ("Read-only file system", "Write elsewhere (--logdir, -o)."),
    ];

    // .NET's words for EFBIG, which it takes for a wrong argument.
    private const string TooLong = "Specified file length was too large for the file system.";

    /// <summary>The sentence for such an exception; null for another one.</summary>
    public static string? Describe(Exception exception)
    {
        if (exception is ArgumentOutOfRangeException && exception.Message.StartsWith(TooLong, StringComparison.Ordinal))
        {
            return $"{TooLong} This process may not write longer files; raise its limit (ulimit -f unlimited).";
        }

        if (exception is not (IOException or SocketException))
        {
            return null;
        }

        // .NET puts a space before the colon.
        var message = exception.Message.Replace(" : '", ": '", StringComparison.Ordinal);
        var (text, remedy) = Array.Find(Remedies, item => message.Contains(item.Text, StringComparison.Ordinal));
        return text is null ? message : $"{message.TrimEnd('.')}. {remedy}";
    }
}
