using System.Collections.Concurrent;

namespace GymBridge.Cli.Output;

/// <summary>Prints each warning once, however many lanes raise it.</summary>
internal sealed class WarningPrinter(TextWriter error)
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    public void Print(GymWarning warning)
    {
        if (_told.TryAdd(warning.Message, true))
        {
            error.WriteLine($"warning: {warning.Message}");
        }
    }
}
