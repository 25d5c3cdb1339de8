namespace GymBridge.Torch.Managed;

/// <summary>How many threads a large kernel may use. Parts are always whole results, so their number changes no bit.</summary>
internal static class Threads
{
    /// <summary>Multiply-adds that take about ten times as long as handing them to a thread.</summary>
    public const long MinimalWork = 1L << 20;

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
        if (parts <= 1 || Available == 1)
        {
            for (var i = 0; i < parts; i++)
                part(i);
            return;
        }
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = _count }, i =>
        {
            _inside = true;
            try
            {
                part(i);
            }
            finally
            {
                _inside = false;
            }
        });
    }
}
