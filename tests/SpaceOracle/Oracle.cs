using System.Numerics;
using System.Text.Json;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Tests.SpaceOracle;

/// <summary>What a space says, draws, contains and flattens to.</summary>
internal static class Oracle
{
    public static Info Answer(JsonElement request)
    {
        var space = SpaceReader.Read(request.GetProperty("space"));
        var seeds = space.SeedAll(Seed.Parse(request.GetProperty("seed").GetString()!));
        var samples = Enumerable.Range(0, request.GetProperty("samples").GetInt32()).Select(object (_) => space.Sample()).ToList();
        var answer = new Info
        {
            ["repr"] = space.ToString(),
            ["seeds"] = PythonJson.Write(Plain(seeds)),
            ["samples"] = Part(() => samples.Select(object? (sample) => PythonJson.Write(space.ToJsonable([sample]))).ToList()),
            ["together"] = Part(() => PythonJson.Write(space.ToJsonable(samples))),
            ["values"] = samples.Select(ValueCodec.Encode).ToList(),
            ["contains"] = samples.Select(object? (sample) => space.Contains(sample)).ToList(),
            ["states"] = States(space).ToList<object?>(),
            ["back"] = Part(() => space.FromJsonable(space.ToJsonable(samples)).Select(ValueCodec.Encode).ToList()),
        };
        if (request.TryGetProperty("values", out var values))
        {
            answer["tests"] = values.EnumerateArray().Select(object? (value) => Part(() => space.Contains(ValueCodec.Decode(value)))).ToList();
        }

        if (request.TryGetProperty("flatten", out var flatten) && flatten.GetBoolean())
        {
            answer["flatdim"] = Part(() => space.FlatDimension());
            answer["flat_space"] = Part(() => space.Flattened().ToString());
            answer["flat"] = Part(() => samples.Select(sample => ValueCodec.Encode(space.Flatten(sample))).ToList());
            answer["unflattened"] = Part(() => samples
                .Select(sample => ValueCodec.Encode(space.Unflatten(space.Flatten(sample)))).ToList());
        }

        return answer;
    }

#pragma warning disable CA1031 // Python decides whether the failure of one part is expected.
    private static object? Part(Func<object?> part)
    {
        try
        {
            return part();
        }
        catch (Exception error)
        {
            return new Info { ["error"] = $"{error.GetType().Name}: {error.Message}" };
        }
    }
#pragma warning restore CA1031

    private static object? Plain(object? value) => value switch
    {
        Seed seed => seed.ToBigInteger(),
        BigInteger number => number,
        TupleValue tuple => tuple.Select(Plain).ToList(),
        Info info => Copy(info),
        _ => value,
    };

    private static Info Copy(Info info)
    {
        var copy = new Info();
        foreach (var (key, value) in info)
        {
            copy[key] = Plain(value);
        }

        return copy;
    }

    /// <summary>The generators' states of the space and the spaces inside, in pre-order.</summary>
    private static IEnumerable<string> States(Space space)
    {
        var state = space.Rng.State;
        return Inner(space).SelectMany(States).Prepend($"{state.State:x32} {(state.HasUInt32 ? 1 : 0)} {state.UInteger}");
    }

    private static IEnumerable<Space> Inner(Space space) => space switch
    {
        TupleSpace tuple => tuple.Spaces,
        OneOf oneOf => oneOf.Spaces,
        DictSpace dict => dict.Spaces.Select(item => item.Space),
        Sequence sequence => [sequence.FeatureSpace],
        Graph { EdgeSpace: null } graph => [graph.NodeSpace],
        Graph graph => [graph.NodeSpace, graph.EdgeSpace],
        _ => [],
    };
}
