using System.Buffers.Binary;
using GymBridge.Seeding;

namespace GymBridge.Client.Tests.Trajectories;

/// <summary>Follows a stream of gymnasium_trajectory.py with the C# environment and looks for the first difference.</summary>
internal sealed class LiveComparison(LiveCase live, Stream stream)
{
    private string _seed = string.Empty;
    private int _step;

    /// <summary>Runs all seeds.</summary>
    /// <returns>The first difference with configuration, seed, step, field and both values; null if there is none.</returns>
    public string? Run(IReadOnlyList<string> seeds, int steps)
    {
        using var env = live.Make();
        var types = env.PythonTypes;
        try
        {
            foreach (var seed in seeds)
            {
                (_seed, _step) = (seed, -1);
                var difference = Reset(env, Seed.Parse(seed));
                for (_step = 0; _step < steps && difference is null; _step++)
                {
                    var step = env.StepObject(LiveValues.DecodeAction(Next()));
                    difference = Observation(env, step.Observation)
                        ?? Differ("reward", LiveValues.Encode(step.Reward, types.Reward))
                        ?? Differ("terminated", LiveValues.Encode(step.Terminated, types.Terminated))
                        ?? Differ("truncated", LiveValues.Encode(step.Truncated, types.Truncated))
                        ?? Differ("info", LiveValues.Encode(step.Info))
                        ?? Differ("generator", LiveValues.Encode(env.Rng.State))
                        ?? (step.Ended ? Reset(env, null) : null);
                }

                if (difference is not null)
                {
                    return difference;
                }
            }
        }
        catch (EndOfStreamException)
        {
            return $"{live.Name}, seed {_seed}, step {_step}: Python's trajectory ends here.";
        }

        return null;
    }

    private string? Reset(Env env, Seed? seed)
    {
        var (observation, info) = env.ResetObject(seed, live.ResetOptions);
        return Observation(env, observation, "observation of the reset")
            ?? Differ("info of the reset", LiveValues.Encode(info))
            ?? Differ("generator after the reset", LiveValues.Encode(env.Rng.State));
    }

    private string? Observation(Env env, object observation, string field = "observation")
    {
        var leaves = env.PythonTypes.ObservationLeaves;
        return Differ(field, LiveValues.Encode(observation, leaves.IsEmpty ? PythonType.Default : leaves[0]));
    }

    private string? Differ(string field, byte[] actual)
    {
        var expected = Next();
        return expected.AsSpan().SequenceEqual(actual)
            ? null
            : $"{live.Name}, seed {_seed}, step {_step}: {field} is {LiveValues.Describe(actual)} in C# and {LiveValues.Describe(expected)} in Gymnasium.";
    }

    private byte[] Next()
    {
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        stream.ReadExactly(length);
        var bytes = new byte[BinaryPrimitives.ReadUInt16LittleEndian(length)];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
