using System.Text.Json;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;
using GymBridge.Agents.Reproducibility;
using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>Agents that read images.</summary>
public class PixelTrainingTests
{
    public static TheoryData<string> All => [.. AlgorithmCatalog.All.Where(algorithm => algorithm.IsDeterministic).Select(algorithm => algorithm.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void Update_ImagesAndVectorsTogether_ResumesAndActsTheSameFromFile(string name)
    {
        using var folder = new TemporaryFolder();
        var descriptor = AlgorithmCatalog.Get(name);
        Space actions = descriptor.ActionSpaces.Contains("Discrete") ? new Discrete(2) : new Box(-1, 1, [2]);
        var space = new DictSpace(("camera", new Box(0, 255, [36, 36, 1], DType.UInt8)), ("speed", new Box(-1, 1, [2])));
        using var env = TestEnvs.Lanes(2, () => new SamplingEnv(space, actions));
        using var run = descriptor.Create(env, SmallOptions.Of(name), 3);
        Assert.Equal(FeatureNetworkKind.NatureCnn, run.Policy.Features);
        var before = UpdateDigest.OfWeights(run.Policy);
        run.Update();
        run.Policy.Save(folder.Combine("policy.gym"));
        using var policy = Policy.Load(folder.Combine("policy.gym"));
        Assert.Equal(FeatureNetworkKind.NatureCnn, policy.Features);
        Assert.Equal(UpdateDigest.OfWeights(run.Policy), UpdateDigest.OfWeights(policy));
        Assert.NotEmpty(before);
        space.Seed(5);
        var (observations, own, loaded) = (new Columns(space, 4), new Columns(actions, 4), new Columns(actions, 4));
        for (var lane = 0; lane < 4; lane++)
        {
            observations.Write(lane, space.Sample());
        }

        run.Policy.Act(observations, own);
        policy.Act(observations, loaded);
        Assert.Equal(own[0].Bytes, loaded[0].Bytes);
    }

    [Fact]
    public void Learn_RawBytes_IsTheSameRunAsOnBytesDividedBy255()
    {
        var options = new PpoOptions { RolloutSteps = 64, HiddenSizes = [16] };
        using var raw = TestEnvs.Lanes(2, () => new BrighterHalfEnv(isScaled: false));
        using var scaled = TestEnvs.Lanes(2, () => new BrighterHalfEnv(isScaled: true));
        using var left = new Ppo(raw, options, 5);
        using var right = new Ppo(scaled, options, 5);
        Assert.Equal(TestEnvs.Digests(right, 512), TestEnvs.Digests(left, 512));
    }

    [Fact]
    public void Learn_BrighterHalfOfAnImage_FindsIt()
    {
        using var env = TestEnvs.Lanes(1, () => new BrighterHalfEnv(isScaled: false));
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 256 }, 1);
        ppo.Learn(6_000);
        Assert.InRange(ppo.Policy.Evaluate(env, 10, 7).MeanReturn, 18, 20);
    }

    [Theory]
    [InlineData("ppo")]
    [InlineData("dqn")]
    public void Learn_CatchFromPixels_CatchesNineBallsOfTen(string name)
    {
        using var env = Catch(name == "ppo" ? 8 : 4);
        AlgorithmOptions options = name == "ppo"
            ? new PpoOptions { RolloutSteps = 64, MinibatchSize = 128, Epochs = 4, LearningRate = 1e-3, EntropyCoefficient = 0.01, HiddenSizes = [] }
            : new DqnOptions
            {
                BufferSize = 10_000,
                LearningStarts = 500,
                LearningRate = 5e-4,
                TargetUpdateInterval = 500,
                ExplorationFraction = 0.2,
                HiddenSizes = [],
                StepsPerReport = 500,
            };
        using var run = AlgorithmCatalog.Get(name).Create(env, options, 1);
        run.TotalTimesteps = 50_000;
        using var test = Catch(10);
        var caught = 0.0;
        for (var next = 4_000; caught < 0.9 && !run.IsComplete;)
        {
            run.Update();
            if (run.Timesteps >= next)
            {
                caught = run.Policy.Evaluate(test, 100, 7).MeanReturn;
                next += 4_000;
            }
        }

        Assert.True(caught >= 0.9, $"{caught} of the balls were caught after {run.Timesteps} steps.");
    }

    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void Collect_StackedImages_KeepsEachFrameOnceAndGivesTheStacks(AutoresetMode mode)
    {
        const int Steps = 200;
        using var env = TestEnvs.Registry.MakeVec(
            "Catch-v0", 3, new MakeOptions { AutoresetMode = mode, Kwargs = new Info { ["frame_size"] = 36L, ["cells"] = 9L } }).FrameStack(4);
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 8, HiddenSizes = [] }, 1);
        var driver = new EnvDriver(env, 2, ppo.Policy.Encoder);
        using var buffer = new RolloutBuffer(driver, ppo.Policy.Module.Head);
        buffer.Reserve(Steps);
        driver.Start();
        buffer.ReadState(driver);
        var expected = new List<float>();
        for (var t = 0; t < Steps; t++)
        {
            expected.AddRange(buffer.ObservationsAt(t));
            driver.Actions[0].AsSpan<long>().Fill(t % 3);
            driver.Step();
            buffer.Append(driver);
        }

        using var all = buffer.ObservationTensor();
        Assert.Equal(expected, all.data<float>().ToArray());
        using var some = buffer.ObservationRows([7, 7, 300]);
        Assert.Equal(expected.Slice(300 * buffer.Features, buffer.Features), some[2].data<float>().ToArray());
        var frames = (Steps + 1L) * 3 * 36 * 36;
        Assert.InRange(buffer.ObservationBytes, frames / 2, (long)(1.1 * frames));
        buffer.Clear();
        Assert.Equal(0, buffer.ObservationBytes / (36 * 36 * 20));
    }

    [Fact]
    public void Learn_EpisodesThatAreLives_ReportsWholeGames()
    {
        using var env = TestEnvs.Lanes(1, () => new LivesEnv());
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 64, HiddenSizes = [4] }, 1);
        var games = new List<(double, long)>();
        ppo.Episodes.Ended += (total, length) => games.Add((total, length));
        ppo.Update();
        Assert.Equal(64 / 9, games.Count);
        Assert.All(games, game => Assert.Equal((300, 36), game));
        var result = ppo.Policy.Evaluate(env, 2);
        Assert.Equal([300, 300], result.Returns);
        Assert.Equal([36, 36], result.Lengths);
    }

    [Fact]
    public void PolicyLoad_SavedBeforeBytesWereScaled_ReadsThemAsItLearntThem()
    {
        using var env = TestEnvs.Lanes(1, () => new BrighterHalfEnv(isScaled: false));
        using var ppo = new Ppo(env, new PpoOptions { RolloutSteps = 64, HiddenSizes = [16] }, 5);
        Assert.Equal([1f], Encoded(ppo.Policy.Encoder));

        // What such a file says of its network: neither Features nor ScalesBytes.
        var old = JsonSerializer.Deserialize<NetworkSpec>(
            """{"kind":"actor_critic","HiddenSizes":[16],"Activation":0,"SharesTrunk":false,"InitialLogDeviation":0,"UsesMasks":false}""")!;
        Assert.False(old.ScalesBytes);
        Assert.Equal(FeatureNetworkKind.Mlp, old.Features);
        Assert.Equal([255f], Encoded(new ObservationEncoder(env.SingleObservationSpace, old.ScalesBytes)));

        float[] Encoded(ObservationEncoder encoder)
        {
            var observation = new Columns(env.SingleObservationSpace, 1);
            observation[0].Bytes.Fill(byte.MaxValue);
            var features = new float[encoder.Features];
            encoder.Encode(observation, features);
            return [.. features.Distinct()];
        }
    }

    private static VectorEnv Catch(int lanes) => TestEnvs.Registry.MakeVec(
        "Catch-v0",
        lanes,
        new MakeOptions { AutoresetMode = AutoresetMode.SameStep, Kwargs = new Info { ["frame_size"] = 36L, ["cells"] = 9L } }).FrameStack(2);

    /// <summary>Games of three lives of three steps, rewards clipped to 1; the info says what a whole game brought.</summary>
    private sealed class LivesEnv() : Env<float[], long>(new Box(-1, 1, [1]), new Discrete(2))
    {
        private int _steps;

        protected override ResetResult<float[]> OnReset(Info? options) => new([0f]);

        protected override StepResult<float[]> OnStep(long action)
        {
            _steps++;
            var info = new Info();
            if (_steps % 9 == 0)
            {
                info["episode"] = new Info { ["r"] = 300.0, ["l"] = 36L };
            }
            else if (_steps % 3 == 0)
            {
                info["life_lost"] = true;
            }

            return new([0f], 1, _steps % 3 == 0, false, info);
        }
    }

    /// <summary>The brighter half of a 16 x 16 image says which action is right; 20 steps.</summary>
    private sealed class BrighterHalfEnv(bool isScaled) : Env<NDArray, long>(
        isScaled ? new Box(0, 1, [16, 16, 3]) : new Box(0, 255, [16, 16, 3], DType.UInt8), new Discrete(2))
    {
        private long _right;
        private int _steps;

        protected override ResetResult<NDArray> OnReset(Info? options)
        {
            _steps = 0;
            return new(Look());
        }

        protected override StepResult<NDArray> OnStep(long action)
        {
            var reward = action == _right ? 1.0 : 0.0;
            _steps++;
            return new(Look(), reward, _steps == 20);
        }

        private NDArray Look()
        {
            _right = Rng.Integers(2);
            var bytes = new byte[16 * 16 * 3];
            for (var i = 0; i < bytes.Length; i++)
            {
                var isUpper = i < bytes.Length / 2;
                bytes[i] = (byte)(Rng.Integers(100, 156) + (isUpper ? (_right == 0 ? 30 : -30) : 0));
            }

            return isScaled ? NDArray.From<float>([.. bytes.Select(value => value / 255f)], 16, 16, 3) : NDArray.From<byte>(bytes, 16, 16, 3);
        }
    }
}
