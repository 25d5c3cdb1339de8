namespace TorchSharp.Engine;

/// <summary>How many threads a large kernel may use. Parts are always whole results, so their number changes no bit.</summary>
internal static class Threads
{
    private static int _count = Environment.ProcessorCount;

    public static int Count
    {
        get => _count;
        set => _count = value > 0 ? value : throw new ArgumentException($"Expected a positive number of threads, but got {value}.", nameof(value));
    }

    public static void Run(int parts, Action<int> part)
    {
        if (parts <= 1 || _count <= 1)
        {
            for (var i = 0; i < parts; i++)
                part(i);
            return;
        }
        Parallel.For(0, parts, new ParallelOptions { MaxDegreeOfParallelism = _count }, part);
    }
}
