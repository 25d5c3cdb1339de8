using System.Numerics;
using GymBridge.Seeding;

namespace GymBridge.Values;

/// <summary>A generator and its seed as named values, with NumPy's names.</summary>
internal static class GeneratorState
{
    /// <summary>The state; without a generator, which is seeded when it is first asked for, an empty one.</summary>
    public static Info Of(Rng? rng, BigInteger? seed)
    {
        if (rng is null)
        {
            return new Info();
        }

        var state = rng.State;
        return new Info
        {
            ["state"] = (BigInteger)state.State,
            ["inc"] = (BigInteger)state.Increment,
            ["has_uint32"] = state.HasUInt32 ? 1L : 0L,
            ["uinteger"] = (long)state.UInteger,
            ["seed"] = seed is { } known ? known : null,
        };
    }

    /// <summary>The generator and its seed.</summary>
    /// <exception cref="Errors.SnapshotException">A part is missing or has another type.</exception>
    public static (Rng? Rng, BigInteger? Seed) Read(Info state, string owner)
    {
        if (state.Count == 0)
        {
            return (null, null);
        }

        try
        {
            var rng = new Rng(new RngState(
                (UInt128)Whole(state, "state", owner),
                (UInt128)Whole(state, "inc", owner),
                Whole(state, "has_uint32", owner) != 0,
                (uint)Whole(state, "uinteger", owner)));
            return (rng, state.TryGetValue("seed", out var seed) && seed is not null ? Whole(state, "seed", owner) : null);
        }
        catch (Exception error) when (error is OverflowException or ArgumentException)
        {
            throw SnapshotFields.Unfit("generator", owner);
        }
    }

    private static BigInteger Whole(Info state, string name, string owner) => state.TryGetValue(name, out var value)
        ? value switch
        {
            BigInteger number => number,
            long number => number,
            int number => number,
            bool flag => flag ? 1 : 0,
            _ => throw SnapshotFields.Unfit(name, owner),
        }
        : throw SnapshotFields.Unfit(name, owner);
}
