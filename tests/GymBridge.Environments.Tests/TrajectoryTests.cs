using System.Security.Cryptography;
using GymBridge.Seeding;

namespace GymBridge.Environments.Tests;

public class TrajectoryTests
{
    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var golden in GoldenTrajectories.Instance.Cases)
            {
                foreach (var run in golden.Runs)
                {
                    runs.Add(golden.Name, run.Seed);
                }
            }

            return runs;
        }
    }

    public static TheoryData<string> GoldIds => [.. GoldenTrajectories.Instance.Gold.Keys];

    [Theory]
    [MemberData(nameof(Runs))]
    public void Trajectory_OfTwentyThousandSteps_EqualsGymnasiumBitForBit(string name, string seed)
    {
        var golden = GoldenTrajectories.Instance.Cases.Single(c => c.Name == name);
        var expected = golden.Runs.Single(run => run.Seed == seed);
        using var replay = new TrajectoryReplay(golden);

        replay.Run(Seed.Parse(seed));

        var firstDifference = replay.Checkpoints.Zip(expected.Checkpoints, (a, b) => a == b).TakeWhile(equal => equal).Count();
        Assert.True(
            firstDifference == expected.Checkpoints.Count,
            $"{name}, seed {seed}: first difference within steps {firstDifference * TrajectoryReplay.Checkpoint} to {(firstDifference + 1) * TrajectoryReplay.Checkpoint}; "
            + $"{replay.Terminations} terminated (expected {expected.Terminations}), {replay.Truncations} truncated ({expected.Truncations}), return {replay.Return:R} ({expected.Return:R}).");
        Assert.Equal((expected.Terminations, expected.Truncations, expected.Return), (replay.Terminations, replay.Truncations, replay.Return));
    }

    [Theory]
    [MemberData(nameof(GoldIds))]
    public void Trajectory_OfGoldScript_HasItsDigest(string id)
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make(id);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        env.ActionSpace.Seed(42);
        Feed(env.ResetObject(42).Observation);
        for (var t = 0; t < 1000; t++)
        {
            var step = env.StepObject(env.ActionSpace.Sample());
            Feed(step.Observation);
            digest.AppendData(BitConverter.GetBytes(step.Reward));
            digest.AppendData([step.Terminated ? (byte)1 : (byte)0, step.Truncated ? (byte)1 : (byte)0]);
            if (step.Ended)
            {
                Feed(env.ResetObject().Observation);
            }
        }

        Assert.Equal(GoldenTrajectories.Instance.Gold[id], Convert.ToHexStringLower(digest.GetHashAndReset())[..16]);

        void Feed(object observation)
        {
            switch (observation)
            {
                case NDArray array:
                    digest.AppendData(array.Bytes);
                    break;
                case TupleValue tuple:
                    tuple.ToList().ForEach(item => digest.AppendData(BitConverter.GetBytes((long)item!)));
                    break;
                default:
                    digest.AppendData(BitConverter.GetBytes((long)observation));
                    break;
            }
        }
    }

    // Made by gold_digest of golden/generate.py with Gymnasium 1.4.0.
    [Theory]
    [InlineData("CartPole-v1", "e4d40fc2257467bd")]
    [InlineData("MountainCar-v0", "20f40617aa6601b2")]
    [InlineData("MountainCarContinuous-v0", "2b3588f27e9d1140")]
    [InlineData("Pendulum-v1", "38f76c44b5fa69b4")]
    [InlineData("Acrobot-v1", "6a5e430f675f0593")]
    [InlineData("FrozenLake-v1", "e03a494dbb556139")]
    [InlineData("FrozenLake8x8-v1", "618a1746723701dd")]
    [InlineData("CliffWalkingSlippery-v1", "2a91d27371589221")]
    [InlineData("Taxi-v4", "3a077da504e8a7c7")]
    [InlineData("Blackjack-v1", "89c5da19af6569a5")]
    public void GoldenFile_OfId_HoldsThePublishedDigest(string id, string digest) =>
        Assert.Equal(digest, GoldenTrajectories.Instance.Gold[id]);
}
