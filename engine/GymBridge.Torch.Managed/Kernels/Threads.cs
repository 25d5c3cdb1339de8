namespace GymBridge.Torch.Managed;

/// <summary>How many threads a large kernel may use. Parts are always whole results, so their number changes no bit.</summary>
internal static class Threads
{
    /// <summary>Multiply-adds that take about ten times as long as handing them to a thread.</summary>
    public const long MinimalWork = 1L << 20;

    /// <summary>Multiply-adds in whose time a number is read or written that lies in no near cache.</summary>
    public const int NumberWork = 8;

    /// <summary>Parts begin at whole cache lines of any dtype.</summary>
    private const long Alignment = 64;

    private static int _count = Environment.ProcessorCount;

    [ThreadStatic]
    private static bool _inside;

    public static int Count
    {
        get => _count;
        set => _count = value > 0 ? value : throw new ArgumentException($"Expected a positive number of threads, but got {value}.", nameof(value));
    }

    /// <summary>One where the caller already is a part.</summary>
    public static int Available => _inside ? 1 : _count;

    /// <summary>Parts that so many multiply-adds in all are worth: 1 to <see cref="Available"/>.</summary>
    public static int Parts(long work) => (int)Math.Max(1, Math.Min(Available, work / MinimalWork));

    /// <summary>Parts of so many operations each: too few in all are not worth a second thread.</summary>
    public static void Run(int parts, long work, Action<int> part)
    {
        if (parts * work >= 2 * MinimalWork)
        {
            Run(parts, part);
            return;
        }
        for (var i = 0; i < parts; i++)
            part(i);
    }

    public static void Run(int parts, Action<int> part)
    {
        if (parts > 1 && Available > 1 && ThreadTeam.TryRun(parts, part))
            return;
        for (var i = 0; i < parts; i++)
            part(i);
    }

    /// <summary>How many of <paramref name="n"/> a part takes so that as many parts as asked for, or fewer, take all: a whole number of times
    /// <paramref name="unit"/>.</summary>
    public static long Share(long n, int parts, long unit) => (((n + parts - 1) / parts) + (unit - 1)) / unit * unit;

    /// <summary>The elements from 0 to <paramref name="n"/> as ranges, each for a part: its first, and how many.</summary>
    public static void Split(int parts, long n, Action<long, long> range)
    {
        var size = Share(n, parts, Alignment);
        Run((int)((n + size - 1) / size), part => range(part * size, Math.Min(size, n - (part * size))));
    }

    /// <summary>Takes what this thread does for a part, or no longer.</summary>
    internal static bool Enter(bool inside)
    {
        var before = _inside;
        _inside = inside;
        return before;
    }
}
