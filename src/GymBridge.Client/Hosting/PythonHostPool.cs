using GymBridge.Client.Installation;
using GymBridge.Client.Transports;

namespace GymBridge.Client.Hosting;

/// <summary>The hosts that this process has started: one for each interpreter, module and number, shared, and stopped after its last user.</summary>
internal static class PythonHostPool
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(string Interpreter, string Module, int Number), Entry> Entries = [];

    static PythonHostPool() => AppDomain.CurrentDomain.ProcessExit += (_, _) => StopAll();

    /// <summary>A running host; dispose the lease when it is no longer needed.</summary>
    /// <param name="module">The module whose environments it hosts.</param>
    /// <param name="options">How it is started.</param>
    /// <param name="number">Which of the hosts of the module, counted from 0.</param>
    public static Lease Acquire(string module, PythonHostOptions options, int number = 0)
    {
        var key = (InterpreterLocator.Find(options.Interpreter), module, number);
        lock (Gate)
        {
            if (!Entries.TryGetValue(key, out var entry) || entry.Host.HasExited)
            {
                // A dead host stays with its users, who learn from it what happened; newcomers get a new one.
                entry = new Entry(PythonHost.Start(options with { Interpreter = key.Item1, Modules = [module] }));
                Entries[key] = entry;
            }

            entry.Users++;
            return new Lease(key, entry);
        }
    }

    /// <summary>The process of the running host of a module; 0 if there is none.</summary>
    public static int ProcessIdOf(string module, int number = 0)
    {
        lock (Gate)
        {
            return Entries.FirstOrDefault(entry => entry.Key.Module == module && entry.Key.Number == number).Value?.Host.ProcessId ?? 0;
        }
    }

    private static void Release((string Interpreter, string Module, int Number) key, Entry entry)
    {
        lock (Gate)
        {
            if (--entry.Users > 0)
            {
                return;
            }

            if (Entries.TryGetValue(key, out var current) && ReferenceEquals(current, entry))
            {
                Entries.Remove(key);
            }
        }

        entry.Host.Dispose();
    }

    private static void StopAll()
    {
        List<Entry> entries;
        lock (Gate)
        {
            entries = [.. Entries.Values];
            Entries.Clear();
        }

        entries.ForEach(entry => entry.Host.Dispose());
    }

    internal sealed class Entry(PythonHost host)
    {
        public PythonHost Host { get; } = host;

        public int Users { get; set; }
    }

    /// <summary>One user's share of a host.</summary>
    public sealed class Lease((string Interpreter, string Module, int Number) key, Entry entry) : IServerProcess
    {
        private static readonly TimeSpan ExitGrace = TimeSpan.FromSeconds(2);

        private int _isReleased;

        public PythonHost Host => entry.Host;

        public string Name => $"the Python host (process {Host.ProcessId})";

        public bool HasExited => Host.HasExited;

        public string? DescribeDeath() => Host.WaitForExit(ExitGrace) ? Host.DescribeExit() : null;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                Release(key, entry);
            }
        }
    }
}
