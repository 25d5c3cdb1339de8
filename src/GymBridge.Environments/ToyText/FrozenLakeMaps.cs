using GymBridge.Seeding;

namespace GymBridge.Environments.ToyText;

/// <summary>Maps for <see cref="FrozenLakeEnv"/>: S start, F ice, H hole, G goal.</summary>
public static class FrozenLakeMaps
{
    /// <summary>The map "4x4".</summary>
    public static IReadOnlyList<string> Small { get; } = ["SFFF", "FHFH", "FFFH", "HFFG"];

    /// <summary>The map "8x8".</summary>
    public static IReadOnlyList<string> Large { get; } =
        ["SFFFFFFF", "FFFFFFFF", "FFFHFFFF", "FFFFFHFF", "FFFHFFFF", "FHHFFFHF", "FHFFHFHF", "FFFHFFFG"];

    /// <summary>A map by its name in Gymnasium.</summary>
    /// <exception cref="ArgumentException">There is no such map.</exception>
    public static IReadOnlyList<string> Named(string name) => name switch
    {
        "4x4" => Small,
        "8x8" => Large,
        _ => throw new ArgumentException($"There is no FrozenLake map '{name}'; the maps are '4x4' and '8x8'.", nameof(name)),
    };

    /// <summary>A random square map that has a path from the start at the upper left to the goal at the lower right.</summary>
    /// <param name="size">Rows and columns, at least 2.</param>
    /// <param name="iceProbability">Probability that a tile is ice, up to 1; beyond that it counts as 1.</param>
    /// <param name="seed">Decides the map; null for one from the operating system's entropy.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 2, or the probability negative or zero.</exception>
    /// <remarks>Equal to <c>generate_random_map</c> for equal seeds.</remarks>
    public static IReadOnlyList<string> GenerateRandom(int size = 8, double iceProbability = 0.8, Seed? seed = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        if (!(iceProbability > 0))
        {
            throw new ArgumentOutOfRangeException(
                nameof(iceProbability), iceProbability, $"Ice probability {iceProbability} leaves no path; pass one in (0, 1].");
        }

        var rng = new Rng(seed ?? Seed.FromEntropy());
        var ice = Math.Min(1, iceProbability);
        var tiles = new int[size * size];
        while (true)
        {
            rng.Choice([ice, 1 - ice], tiles);
            var map = new string[size];
            for (var row = 0; row < size; row++)
            {
                map[row] = string.Concat(Enumerable.Range(0, size).Select(column =>
                    (row, column) == (0, 0) ? 'S' : (row, column) == (size - 1, size - 1) ? 'G' : "FH"[tiles[(row * size) + column]]));
            }

            if (HasPath(map))
            {
                return map;
            }
        }
    }

    internal static IReadOnlyList<string> Check(IReadOnlyList<string> map)
    {
        if (map.Count == 0 || map[0].Length == 0 || map.Any(row => row.Length != map[0].Length))
        {
            throw new ArgumentException($"A FrozenLake map needs rows of one length, got [{string.Join(", ", map)}].", nameof(map));
        }

        var letters = string.Concat(map);
        if (letters.AsSpan().ContainsAnyExcept("SFHG") || !letters.Contains('S'))
        {
            throw new ArgumentException($"A FrozenLake map consists of S, F, H and G with at least one S, got [{string.Join(", ", map)}].", nameof(map));
        }

        return map;
    }

    private static bool HasPath(string[] map)
    {
        var size = map.Length;
        var seen = new HashSet<(int Row, int Column)>();
        var frontier = new Stack<(int Row, int Column)>([(0, 0)]);
        while (frontier.TryPop(out var tile))
        {
            if (!seen.Add(tile))
            {
                continue;
            }

            foreach (var (down, right) in ((int, int)[])[(1, 0), (0, 1), (-1, 0), (0, -1)])
            {
                var (row, column) = (tile.Row + down, tile.Column + right);
                if (row < 0 || row >= size || column < 0 || column >= size || map[row][column] == 'H')
                {
                    continue;
                }

                if (map[row][column] == 'G')
                {
                    return true;
                }

                frontier.Push((row, column));
            }
        }

        return false;
    }
}
