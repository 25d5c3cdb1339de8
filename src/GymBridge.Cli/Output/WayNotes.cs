namespace GymBridge.Cli.Output;

/// <summary>Says once how the steps of an environment travel and why not the faster way, over however many processes its lanes are spread.
/// Thread-safe.</summary>
internal sealed class WayNotes(CliOutput output)
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>A line for people, if it was not told before; who reads JSON finds it in the output of <c>bench</c>.</summary>
    public void Tell(string sentence)
    {
        lock (_gate)
        {
            if (!output.IsJson && _told.Add(sentence))
            {
                output.Line(sentence);
            }
        }
    }
}
