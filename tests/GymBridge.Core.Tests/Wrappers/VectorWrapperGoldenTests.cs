using System.Security.Cryptography;
using GymBridge.Environments;
using GymBridge.Wrappers.Vector;

namespace GymBridge.Core.Tests.Wrappers;

/// <summary>Vector wrappers against golden/vector.json, which golden/generate_vector.py wrote with the real Gymnasium.</summary>
public class VectorWrapperGoldenTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    private static readonly GoldenVectors Golden = GoldenFile.Read<GoldenVectors>("tests/GymBridge.Core.Tests/Wrappers/golden/vector.json");

    private static readonly Dictionary<string, Func<VectorEnv>> Cases = new()
    {
        ["plain"] = () => Make("CartPole-v1", 3),
        ["filter"] = () => new FlattenObservation(new FilterObservation(Make("Blackjack-v1", 3), 2, 0)),
        ["flatten tuple"] = () => new FlattenObservation(Make("Blackjack-v1", 4)),
        ["flatten discrete"] = () => new FlattenObservation(Make("FrozenLake-v1", 2)),
        ["reshape"] = () => new ReshapeObservation(Make("CartPole-v1", 3), 2, 2),
        ["rescale"] = () => new RescaleObservation(Make("MountainCar-v0", 3), 0, 1),
        ["dtype"] = () => new DtypeObservation(Make("CartPole-v1", 3), DType.Float64),
        ["dtype discrete"] = () => new DtypeObservation(Make("FrozenLake-v1", 3), DType.Float32),
        ["dtype masked"] = () => new DtypeObservation(Make("CartPole-v1", 5, AutoresetMode.Disabled), DType.Float64),
        ["transform"] = () => new TransformObservation(Make("CartPole-v1", 3), Scale(2)),
        ["clip action"] = () => new TransformAction(new ClipAction(Make("MountainCarContinuous-v0", 3)), Scale(3)),
        ["rescale action"] = () => new RescaleAction(Make("Pendulum-v1", 3), -1, 1),
        ["clip reward"] = () => new ClipReward(Make("Pendulum-v1", 3), -5, -1),
        ["transform reward"] = () => new TransformReward(Make("Pendulum-v1", 3), rewards =>
        {
            foreach (ref var reward in rewards)
            {
                reward = (reward * 2) + 1;
            }
        }),
        ["vectorized reward"] = () => new VectorizeTransformReward(Make("CartPole-v1", 3, AutoresetMode.SameStep), reward => reward / 3),
        ["normalize"] = () => new NormalizeObservation(Make("CartPole-v1", 3)),
        ["normalize many"] = () => new NormalizeObservation(Make("MountainCar-v0", 37), 1e-3),
        ["normalize float64"] = () => new NormalizeObservation(new DtypeObservation(Make("CartPole-v1", 9), DType.Float64)),
        ["normalize float16"] = () => new NormalizeObservation(new DtypeObservation(Make("MountainCar-v0", 9), DType.Float16)),
        ["normalize numbers"] = () => new NormalizeObservation(Make("FrozenLake-v1", 17)),
        ["normalize float16 numbers"] = () => new NormalizeObservation(new DtypeObservation(Make("FrozenLake-v1", 41), DType.Float16)),
        ["normalize float32 numbers"] = () => new NormalizeObservation(new DtypeObservation(Make("FrozenLake-v1", 150), DType.Float32)),
        ["normalize reward"] = () => new NormalizeReward(Make("Pendulum-v1", 3)),
        ["normalize reward many"] = () => new NormalizeReward(Make("Pendulum-v1", 140), 0.9, 1e-4),
        ["normalize reward ends"] = () => new NormalizeReward(Make("CartPole-v1", 11)),
        ["normalize reward same step"] = () => new NormalizeReward(Make("CartPole-v1", 11, AutoresetMode.SameStep), 0.95),
        ["normalize reward masked"] = () => new NormalizeReward(Make("CartPole-v1", 5, AutoresetMode.Disabled)),
        ["statistics"] = () => new RecordEpisodeStatistics(Make("CartPole-v1", 4)),
        ["statistics same step"] = () => new RecordEpisodeStatistics(Make("CartPole-v1", 4, AutoresetMode.SameStep)),
        ["statistics masked"] = () => new RecordEpisodeStatistics(Make("CartPole-v1", 4, AutoresetMode.Disabled)),
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
