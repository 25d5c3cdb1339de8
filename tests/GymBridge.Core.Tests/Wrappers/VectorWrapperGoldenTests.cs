using System.Security.Cryptography;
using GymBridge.Environments;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests.Wrappers;

/// <summary>Vector wrappers against golden/vector.json, which golden/generate_vector.py wrote with the real Gymnasium.</summary>
public class VectorWrapperGoldenTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    private static readonly GoldenVectors Golden = GoldenFile.Read<GoldenVectors>("tests/GymBridge.Core.Tests/Wrappers/golden/vector.json");

    private static readonly Dictionary<string, Func<VectorEnv>> Cases = new()
    {
        ["plain"] = () => Make("CartPole-v1", 3),
        ["filter"] = () => Make("Blackjack-v1", 3).FilterObservation(2, 0).FlattenObservation(),
        ["flatten tuple"] = () => Make("Blackjack-v1", 4).FlattenObservation(),
        ["flatten discrete"] = () => Make("FrozenLake-v1", 2).FlattenObservation(),
        ["reshape"] = () => Make("CartPole-v1", 3).ReshapeObservation(2, 2),
        ["rescale"] = () => Make("MountainCar-v0", 3).RescaleObservation(0, 1),
        ["dtype"] = () => Make("CartPole-v1", 3).DtypeObservation(DType.Float64),
        ["dtype discrete"] = () => Make("FrozenLake-v1", 3).DtypeObservation(DType.Float32),
        ["dtype masked"] = () => Make("CartPole-v1", 5, AutoresetMode.Disabled).DtypeObservation(DType.Float64),
        ["transform"] = () => Make("CartPole-v1", 3).TransformObservation(Scale(2)),
        ["clip action"] = () => Make("MountainCarContinuous-v0", 3).ClipAction().TransformAction(Scale(3)),
        ["rescale action"] = () => Make("Pendulum-v1", 3).RescaleAction(-1, 1),
        ["clip reward"] = () => Make("Pendulum-v1", 3).ClipReward(-5, -1),
        ["transform reward"] = () => Make("Pendulum-v1", 3).TransformReward(rewards =>
        {
            foreach (ref var reward in rewards)
            {
                reward = (reward * 2) + 1;
            }
        }),
        ["vectorized reward"] = () => Make("CartPole-v1", 3, AutoresetMode.SameStep).TransformReward(reward => reward / 3),
        ["normalize"] = () => Make("CartPole-v1", 3).NormalizeObservation(),
        ["normalize many"] = () => Make("MountainCar-v0", 37).NormalizeObservation(1e-3),
        ["normalize float64"] = () => Make("CartPole-v1", 9).DtypeObservation(DType.Float64).NormalizeObservation(),
        ["normalize float16"] = () => Make("MountainCar-v0", 9).DtypeObservation(DType.Float16).NormalizeObservation(),
        ["normalize numbers"] = () => Make("FrozenLake-v1", 17).NormalizeObservation(),
        ["normalize float16 numbers"] = () => Make("FrozenLake-v1", 41).DtypeObservation(DType.Float16).NormalizeObservation(),
        ["normalize float32 numbers"] = () => Make("FrozenLake-v1", 150).DtypeObservation(DType.Float32).NormalizeObservation(),
        ["normalize reward"] = () => Make("Pendulum-v1", 3).NormalizeReward(),
        ["normalize reward many"] = () => Make("Pendulum-v1", 140).NormalizeReward(0.9, 1e-4),
        ["normalize reward ends"] = () => Make("CartPole-v1", 11).NormalizeReward(),
        ["normalize reward same step"] = () => Make("CartPole-v1", 11, AutoresetMode.SameStep).NormalizeReward(0.95),
        ["normalize reward masked"] = () => Make("CartPole-v1", 5, AutoresetMode.Disabled).NormalizeReward(),
        ["statistics"] = () => Make("CartPole-v1", 4).RecordEpisodeStatistics(),
        ["statistics same step"] = () => Make("CartPole-v1", 4, AutoresetMode.SameStep).RecordEpisodeStatistics(),
        ["statistics masked"] = () => Make("CartPole-v1", 4, AutoresetMode.Disabled).RecordEpisodeStatistics(),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Fact]
    public void Cases_CoverTheGoldenFile() => Assert.Equal(Golden.Cases.Keys.Order(), Cases.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void Run_OfWrappedLanes_EqualsGymnasium(string name)
    {
        var golden = Golden.Cases[name];
        using var env = Cases[name]();
        Assert.Equal(golden.ObservationSpace, env.SingleObservationSpace.ToString());
        Assert.Equal(golden.ActionSpace, env.SingleActionSpace.ToString());
        var (step, actions) = (env.CreateStep(), env.CreateActions());
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        env.SingleActionSpace.Seed(5);
        env.Reset(step, 5);
        digest.AppendData(step.Observations[0].Bytes);
        for (var t = 0; t < 300; t++)
        {
            for (var lane = 0; lane < env.NumEnvs; lane++)
            {
                actions.Write(lane, env.SingleActionSpace.Sample());
            }

            env.Step(actions, step);
            Feed(step, digest);
            var ended = step.Terminated.Zip(step.Truncated, (terminated, truncated) => terminated || truncated).ToArray();
            if (env.AutoresetMode == AutoresetMode.Disabled && ended.Contains(true))
            {
                env.Reset(step, default, ended);
                digest.AppendData(step.Observations[0].Bytes);
            }

            if (t % 50 == 49)
            {
                Assert.True(
                    golden.Digests[t / 50] == Convert.ToHexStringLower(digest.GetCurrentHash())[..8], $"'{name}' differs from Gymnasium in steps {t - 49} to {t}.");
            }
        }
    }

    private static void Feed(VectorStep step, IncrementalHash digest)
    {
        digest.AppendData(step.Observations[0].Bytes);
        digest.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<double>(step.Rewards));
        digest.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<bool>(step.Terminated));
        digest.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<bool>(step.Truncated));
        if (!step.Infos.Any(info => info?.ContainsKey("episode") == true))
        {
            return;
        }

        foreach (var info in step.Infos)
        {
            digest.AppendData(BitConverter.GetBytes(info is null ? 0.0 : (double)((Info)info["episode"]!)["r"]!));
        }

        foreach (var info in step.Infos)
        {
            digest.AppendData(BitConverter.GetBytes(info is null ? 0L : (int)((Info)info["episode"]!)["l"]!));
        }
    }

    private static Action<Columns, Columns> Scale(float factor) => (source, target) =>
    {
        var (from, to) = (source[0], target[0]);
        for (var i = 0; i < to.AsSpan<float>().Length; i++)
        {
            to.AsSpan<float>()[i] = from.AsSpan<float>()[i] * factor;
        }
    };

    private static VectorEnv Make(string id, int lanes, AutoresetMode mode = AutoresetMode.NextStep) =>
        new SyncVectorEnv([.. Enumerable.Range(0, lanes).Select(_ => Registry.Make(id))], mode);

    internal sealed record GoldenVectors(Dictionary<string, GoldenVector> Cases);

    internal sealed record GoldenVector(string ObservationSpace, string ActionSpace, string[] Digests);
}
