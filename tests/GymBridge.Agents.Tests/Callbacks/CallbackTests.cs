using GymBridge.Agents.Reproducibility;

namespace GymBridge.Agents.Tests.Callbacks;

public class CallbackTests
{
    [Fact]
    public void Learn_Callbacks_SaveEvaluateAndShow()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        using var evaluation = TestEnvs.Registry.Make("CartPole-v1");
        var evaluations = new EvalCallback(evaluation, everySteps: 96, episodes: 2, bestPath: folder.Combine("best.gym"));
        var text = new StringWriter();
        ppo.Learn(320, new ProgressBar(text), evaluations, new CheckpointCallback(folder.Combine("checkpoints"), 64, keep: 2));

        Assert.Equal([96L, 192, 288], evaluations.Evaluations.Select(item => item.Timesteps));
        Assert.Equal(evaluations.BestMeanReturn, evaluations.Evaluations.Max(item => item.Result.MeanReturn));
        using var best = Policy.Load(folder.Combine("best.gym"));
        Assert.Equal(
            ["rl_model_256_steps.gym", "rl_model_320_steps.gym"],
            Directory.GetFiles(folder.Combine("checkpoints")).Select(Path.GetFileName).Order());
        Assert.EndsWith("rl_model_320_steps.gym", CheckpointCallback.Newest(folder.Combine("checkpoints")), StringComparison.Ordinal);
        Assert.Equal(10, text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void ProgressBar_NoEpisodeHasEnded_ShowsADash()
    {
        using var env = TestEnvs.Make("Pendulum-v1", 2);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        var text = new StringWriter();
        ppo.Learn(64, new ProgressBar(text));
        Assert.Contains("mean return       -", text.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("NaN", text.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Newest_DamagedAnywhere_PassesOverToTheOneBefore()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        ppo.Learn(96, new CheckpointCallback(folder.FullName, 32));
        var (newest, before) = (folder.Combine("rl_model_96_steps.gym"), folder.Combine("rl_model_64_steps.gym"));
        Assert.Equal(newest, CheckpointCallback.Newest(folder.FullName));

        // In the body of the weights, which compression stores nearly as they are.
        var whole = File.ReadAllBytes(newest);
        for (var place = whole.Length / 8; place < whole.Length / 2; place += whole.Length / 8)
        {
            var damaged = whole.ToArray();
            damaged.AsSpan(place, 64).Fill(0xA5); // More than a name, a time or another field that nobody reads.
            File.WriteAllBytes(newest, damaged);
            Assert.Equal(before, CheckpointCallback.Newest(folder.FullName));
        }
    }

    [Fact]
    public void TimestepsAtOnce_IsWhatARunMayGoBeyondItsTotal()
    {
        foreach (var name in new[] { "ppo", "a2c", "dqn", "trpo", "recurrent_ppo" })
        {
            using var env = TestEnvs.Make("CartPole-v1", 3);
            using var run = AlgorithmCatalog.Get(name).Create(env, SmallOptions.Of(name), 1);
            run.Learn(1);
            Assert.Equal(run.TimestepsAtOnce, run.Timesteps);
        }
    }

    [Fact]
    public void Learn_StopOnReward_StopsEarly()
    {
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        var stop = new StopOnReward(5, minimumEpisodes: 3);
        ppo.Learn(100_000, stop);
        Assert.True(stop.HasStopped);
        Assert.InRange(ppo.Timesteps, 1, 5000);
    }

    [Fact]
    public void Learn_CallbackThatThrows_KeepsNoneFromItsEndAndItsErrorIsTheRuns()
    {
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        var (first, second, last) = (new Told(), new Told(), new Told());
        second.OnUpdating = () => throw new InvalidOperationException("in the middle");
        first.OnEnding = () => throw new InvalidOperationException("at the end");
        Assert.Equal("in the middle", Assert.Throws<InvalidOperationException>(() => ppo.Learn(64, first, second, last)).Message);
        Assert.Equal((1, 1, 1), (first.Ends, second.Ends, last.Ends));

        first.OnEnding = () => { };
        second.OnStarting = () => throw new InvalidOperationException("at the start");
        Assert.Equal("at the start", Assert.Throws<InvalidOperationException>(() => ppo.Learn(64, first, second, last)).Message);
        Assert.Equal((2, 1, 1), (first.Ends, second.Ends, last.Ends));
    }

    [Fact]
    public void Learn_NoCallback_IsAnErrorThatNamesTheArgument()
    {
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        Assert.Equal("callbacks", Assert.Throws<ArgumentNullException>(() => ppo.Learn(64, new ProgressBar(TextWriter.Null), null!)).ParamName);
    }

    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void EvalCallback_InTheEnvironmentThatIsTrainedOn_DisturbsNothing(AutoresetMode mode)
    {
        Assert.Equal(Digest(null), Digest(env => new EvalCallback(env, everySteps: 64, episodes: 2)));
        Assert.Equal(Digest(null), Digest(env => new EvalCallback(env[1], everySteps: 64, episodes: 2)));

        string Digest(Func<SyncVectorEnv, TrainingCallback>? evaluation)
        {
            using var env = TestEnvs.Lanes(2, () => TestEnvs.Registry.Make("CartPole-v1"), mode);
            using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
            ppo.Learn(256, evaluation is null ? [] : [evaluation(env)]);
            return $"{UpdateDigest.OfWeights(ppo.Policy)} {ppo.Episodes.MeanReturn}";
        }
    }

    [Fact]
    public void Evaluate_InATrainingEnvironmentWithoutSnapshot_EndsTheRunThereAndItsFileBeginsNewEpisodes()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Lanes(2, Create);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        ppo.Learn(32);
        ppo.Policy.Evaluate(env, episodes: 2);
        Assert.Contains("was stepped by Evaluate", Assert.Throws<InvalidOperationException>(() => ppo.Learn(64)).Message, StringComparison.Ordinal);
        ppo.Save(folder.Combine("run.gym"));
        using var again = TestEnvs.Lanes(2, Create);
        var warnings = new List<string>();
        using var resumed = Ppo.Load(folder.Combine("run.gym"), again, warn: warnings.Add);
        Assert.StartsWith("The environment begins new episodes", Assert.Single(warnings), StringComparison.Ordinal);
        resumed.Learn(64);
        Assert.Equal(64, resumed.Timesteps);

        static Env Create() => new ScriptedEnv([new ScriptedEnv.Episode(5)]);
    }

    private sealed class Told : TrainingCallback
    {
        public Action OnStarting { get; set; } = () => { };

        public Action OnUpdating { get; set; } = () => { };

        public Action OnEnding { get; set; } = () => { };

        public int Ends { get; private set; }

        public override void OnStart(Algorithm algorithm) => OnStarting();

        public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
        {
            OnUpdating();
            return true;
        }

        public override void OnEnd(Algorithm algorithm)
        {
            Ends++;
            OnEnding();
        }
    }
}
