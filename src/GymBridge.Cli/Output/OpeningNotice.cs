using System.Globalization;

namespace GymBridge.Cli.Output;

/// <summary>Says, while an environment is being made, that this takes long: a constructor that hangs looks like one that loads much.</summary>
internal sealed class OpeningNotice : IDisposable
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(30);

    private readonly ITimer _timer;

    /// <summary>Begins to wait.</summary>
    /// <param name="id">The environment.</param>
    /// <param name="limit">How long it may take; null where nothing ends it.</param>
    /// <param name="tell">Takes a line, on a thread of its own, after 5 seconds and after each 30 more.</param>
    /// <param name="time">The clock.</param>
    public OpeningNotice(string id, TimeSpan? limit, Action<string> tell, TimeProvider time)
    {
        var start = time.GetTimestamp();
        _timer = time.CreateTimer(_ => tell(Text(id, time.GetElapsedTime(start), limit)), null, First, Again);
    }

    public void Dispose() => _timer.Dispose();

    private static string Text(string id, TimeSpan elapsed, TimeSpan? limit) => string.Create(
        CultureInfo.InvariantCulture,
        $"'{id}' is still being made after {elapsed.TotalSeconds:F0} s{(limit is { } most ? Rest(elapsed, most) : string.Empty)}.");

    // In this process, native code of Python that does not come back keeps it from ending.
    private static string Rest(TimeSpan elapsed, TimeSpan most) => elapsed < most
        ? string.Create(CultureInfo.InvariantCulture, $"; it may take {most.TotalSeconds:0.###} s (--open-timeout)")
        : string.Create(CultureInfo.InvariantCulture, $", beyond --open-timeout ({most.TotalSeconds:0.###} s), in code that cannot be interrupted; a second Ctrl-C ends the command");
}
