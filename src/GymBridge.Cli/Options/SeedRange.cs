using GymBridge.Cli.Errors;
using GymBridge.Seeding;

namespace GymBridge.Cli.Options;

/// <summary>Several seeds as people write them: <c>1..5</c>, both ends included, or <c>1,3,7</c>.</summary>
internal static class SeedRange
{
    private const int Most = 1000;

    /// <exception cref="UsageException">The text names no seeds, or too many.</exception>
    public static IReadOnlyList<Seed> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Split("..") is [var first, var last] && long.TryParse(first, out var from) && long.TryParse(last, out var to) && from >= 0 && to >= from && to - from < Most)
        {
            return [.. Enumerable.Range(0, (int)(to - from) + 1).Select(i => (Seed)(from + i))];
        }

        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var seeds = parts.Select(part => Seed.TryParse(part, out var seed) ? seed : default(Seed?)).ToList();
        return seeds.Count <= Most && seeds.TrueForAll(seed => seed is not null) && seeds.Distinct().Count() == seeds.Count
            ? [.. seeds.Select(seed => seed!.Value)]
            : throw new UsageException($"'{text}' names no seeds: write 1..5, both ends included, or 1,3,7, each once and at most {Most}.");
    }
}
