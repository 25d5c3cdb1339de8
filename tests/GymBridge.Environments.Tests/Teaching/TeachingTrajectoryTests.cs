using System.Security.Cryptography;
using System.Text.Json;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Environments.Tests.Teaching;

/// <summary>The small teaching environments against their Python twins, golden/generate_teaching.py.</summary>
public class TeachingTrajectoryTests
{
    private static readonly JsonElement Golden = Read("teaching.json");

    public static TheoryData<int> Cases => [.. Enumerable.Range(0, Golden.GetProperty("cases").GetArrayLength())];

    [Fact]
    public void Catalog_EveryEnvironment_HasATrajectoryOfAPythonTwinOrOfGymnasium()
    {
        var pinned = Golden.GetProperty("cases").EnumerateArray()
            .Concat(Read("catch.json").GetProperty("cases").EnumerateArray())
            .Select(golden => golden.GetProperty("id").GetString()!)
            .Concat(Read("trajectories.json").GetProperty("cases").EnumerateArray().Select(golden => golden.GetProperty("env_id").GetString()!))
            .ToHashSet();
        Assert.Equal([], EnvironmentCatalog.CreateRegistry().Specs.Select(spec => spec.Id).Where(id => !pinned.Contains(id)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Trajectory_OfRandomSteps_EqualsThePythonTwin(int index)
    {
        var golden = Golden.GetProperty("cases")[index];
        var seed = Seed.Parse(golden.GetProperty("seed").GetString()!);
        var kwargs = (Info)PythonJson.Read(golden.GetProperty("kwargs").GetRawText())!;

        // The twins have no time limit.
        using var env = EnvironmentCatalog.CreateRegistry().Make(
            golden.GetProperty("id").GetString()!, new MakeOptions { Kwargs = kwargs, MaxEpisodeSteps = 1000 });
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        env.ActionSpace.Seed(seed);
        Feed(env.ResetObject(seed).Observation);
        for (var t = 1; t <= Golden.GetProperty("steps").GetInt32(); t++)
        {
            var step = env.StepObject(env.ActionSpace.Sample());
            Feed(step.Observation);
            digest.AppendData(BitConverter.GetBytes(step.Reward));
            digest.AppendData([step.Terminated ? (byte)1 : (byte)0]);
            if (step.Terminated || t % 50 == 0)
            {
                Feed(env.ResetObject().Observation);
            }
        }

        Assert.Equal(golden.GetProperty("digest").GetString(), Convert.ToHexStringLower(digest.GetHashAndReset()));

        void Feed(object observation) => digest.AppendData(observation switch
        {
            long state => BitConverter.GetBytes(state),
            NDArray array => array.Bytes.ToArray(),
            float[] numbers => NDArray.From(numbers).Bytes.ToArray(),
            long[] tokens => NDArray.From(tokens).Bytes.ToArray(),
            _ => throw new InvalidOperationException($"An observation of type {observation.GetType()}."),
        });
    }

    private static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("tests/GymBridge.Environments.Tests/golden/" + name))).RootElement;
}
