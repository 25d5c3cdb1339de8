using System.Collections.Concurrent;

namespace GymBridge.Core.Tests;

/// <summary>Listens to <see cref="GymWarnings"/> until disposed. Other tests run beside this one: ask for texts of one's own.</summary>
internal sealed class HeardWarnings : IDisposable
{
    private readonly ConcurrentQueue<GymWarning> _heard = new();

    public HeardWarnings() => GymWarnings.Raised += _heard.Enqueue;

    public IReadOnlyList<GymWarning> About(string text) => [.. _heard.Where(warning => warning.Message.Contains(text, StringComparison.Ordinal))];

    public void Dispose() => GymWarnings.Raised -= _heard.Enqueue;
}
