using System.Text.Json;

namespace GymBridge.Core.Tests.Spaces;

/// <summary>golden/spaces.json, which golden/generate.py wrote with the real Gymnasium.</summary>
internal sealed record GoldenSpaces(IReadOnlyDictionary<string, GoldenSpace> Spaces, IReadOnlyDictionary<string, GoldenDraws> Restricted)
{
    public static GoldenSpaces Instance { get; } = GoldenFile.Read<GoldenSpaces>("tests/GymBridge.Core.Tests/Spaces/golden/spaces.json");
}

internal sealed record GoldenSpace(
    string Repr, IReadOnlyList<GoldenSpaceRun> Runs, JsonElement Flatdim, string FlatSpace, string Batch, string BatchFirst);

internal sealed record GoldenSpaceRun(
    string Seed, string Seeds, string First, string Samples, string Together, string State, string Flattened, string FlattenedFirst);

internal sealed record GoldenDraws(string First, string Samples, string State);
