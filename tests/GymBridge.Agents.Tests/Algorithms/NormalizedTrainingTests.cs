using GymBridge.Agents.Reproducibility;
using GymBridge.Wrappers;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>Trainers and the wrappers of vector environments meet: what is normalised and stacked in training is so when the policy acts.</summary>
public class NormalizedTrainingTests
{
    public static TheoryData<AutoresetMode, string> Cases
    {
        get
        {
            var cases = new TheoryData<AutoresetMode, string>();
            foreach (var wrappers in new[] { "normalize", "stack", "normalize, stack", "stack, normalize" })
            {
                cases.Add(AutoresetMode.SameStep, wrappers);
                cases.Add(AutoresetMode.NextStep, wrappers);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void LoadedPolicy_BareObservations_ActsAsInTraining(AutoresetMode mode, string wrappers)
    {
        using var folder = new TemporaryFolder();
        using var env = Wrap(TestEnvs.Make("CartPole-v1", 2, mode), wrappers);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        ppo.Learn(320);
        Assert.Equal(4, ppo.Policy.ObservationSpace.Leaves[0].Elements);
        ppo.Save(folder.Combine("run.gym"));
        using var policy = Policy.Load(folder.Combine("run.gym"));
        Assert.Equal(ppo.Policy.Preprocessing!.ToString(), policy.Preprocessing!.ToString());
        Assert.Equal(wrappers.Contains("stack", StringComparison.Ordinal), policy.HasMemory);

        // Bare, and through wrappers whose moments are held at those of training.
        using var bare = TestEnvs.Registry.Make("CartPole-v1");
        using var wrapped = Wrap(TestEnvs.Make("CartPole-v1", 1, mode), wrappers);
        var before = Moments(ppo.Policy);
        var expected = ppo.Policy.Evaluate(bare, 5, 3);
        Assert.Equal(expected.Returns, policy.Evaluate(bare, 5, 3).Returns);
        Assert.Equal(expected.Returns, policy.Evaluate(wrapped, 5, 3).Returns);
        Assert.Equal(5, ppo.Policy.Evaluate(env, 5, 3).Returns.Count);
        Assert.Equal(before, Moments(ppo.Policy));

        // One observation at a time.
        Assert.Equal(expected.Returns[0], PlayOne(policy, bare));
        Assert.Equal(expected.Returns[0], PlayOne(policy, bare));
    }

    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void Load_NormalizedRun_GoesOnBitForBit(AutoresetMode mode)
    {
        using var folder = new TemporaryFolder();
        foreach (var hasSnapshots in new[] { true, false })
        {
            using var env = Wrap(Bare(), "normalize, stack");
            using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
            ppo.TotalTimesteps = 320;
            ppo.Update();
            ppo.Update();
            ppo.Save(folder.Combine("run.gym"));
            ppo.Learn(320);
            using var again = Wrap(Bare(), "normalize, stack");
            using var resumed = Ppo.Load(folder.Combine("run.gym"), again, warn: Assert.Fail);
            resumed.Learn(320);
            Assert.Equal(UpdateDigest.OfWeights(ppo.Policy), UpdateDigest.OfWeights(resumed.Policy));
            Assert.Equal(Moments(ppo.Policy), Moments(resumed.Policy));
            Assert.Equal(ppo.Episodes.MeanReturn, resumed.Episodes.MeanReturn);

            VectorEnv Bare() => hasSnapshots ? TestEnvs.Make("CartPole-v1", 2, mode) : new WithoutSnapshots(TestEnvs.Make("CartPole-v1", 2, mode));
        }
    }

    [Fact]
    public void Load_RunInTheMiddleOfAnUpdate_KeepsTheMoments()
    {
        using var folder = new TemporaryFolder();
        using var env = Wrap(TestEnvs.Lanes(1, () => new ScriptedEnv([new(100)], reward: (_, step) => step == 50 ? double.NaN : 1)), "normalize");
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        Assert.Throws<NonFiniteException>(() => ppo.Learn(1000));
        ppo.Save(folder.Combine("run.gym"));
        using var again = Wrap(TestEnvs.Lanes(1, () => new ScriptedEnv([new(100)])), "normalize");
        using var resumed = Ppo.Load(folder.Combine("run.gym"), again);
        Assert.Equal(Moments(ppo.Policy), Moments(resumed.Policy));
    }

    [Fact]
    public void Load_OtherWrappers_SaysWhichAndWhatToDo()
    {
        using var folder = new TemporaryFolder();
        using var env = Wrap(TestEnvs.Make("CartPole-v1", 2), "normalize");
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        ppo.Learn(32);
        ppo.Save(folder.Combine("run.gym"));
        using var bare = TestEnvs.Make("CartPole-v1", 2);
        var error = Assert.Throws<ArgumentException>(() => Ppo.Load(folder.Combine("run.gym"), bare));
        Assert.StartsWith("The run was trained through the wrappers [NormalizeObservation], the environment has [none].", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Episodes_NormalizedRewards_AreReportedAsTheyWere()
    {
        using var env = TestEnvs.Make("CartPole-v1", 2).NormalizeReward();
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1);
        ppo.Learn(320);
        Assert.Equal(ppo.Episodes.MeanLength, ppo.Episodes.MeanReturn);
        var result = ppo.Policy.Evaluate(env, 4, 3);
        Assert.Equal(result.Lengths.Select(length => (double)length), result.Returns);
    }

    [Fact]
    public void Of_AnotherWrapperOutside_ReadsWhatThatGives()
    {
        using var env = TestEnvs.Make("CartPole-v1", 2).NormalizeObservation().TransformObservation((source, target) => source[0].Bytes.CopyTo(target[0].Bytes));
        Assert.Null(ObservationPreprocessing.Of(env));
    }

    private static double PlayOne(Policy policy, Env env)
    {
        var observation = env.ResetObject(3).Observation;
        policy.StartEpisode();
        for (var total = 0.0; ;)
        {
            var step = env.StepObject(policy.Predict<object, object>(observation));
            total += step.Reward;
            if (step.Terminated || step.Truncated)
            {
                return total;
            }

            observation = step.Observation;
        }
    }

    private static List<double> Moments(Policy policy) =>
        [
            .. policy.Preprocessing!.Normalizations.SelectMany(
                normalization => (double[])[normalization.Moments.Count, .. normalization.Moments.Mean, .. normalization.Moments.Variance])];

    private static VectorEnv Wrap(VectorEnv env, string wrappers) =>
        wrappers.Split(", ").Aggregate(env, (inner, name) => name == "stack" ? inner.FrameStack(3) : inner.NormalizeObservation()).NormalizeReward();

    /// <summary>An environment that can only be brought back by doing everything again.</summary>
    private sealed class WithoutSnapshots(VectorEnv env) : VectorWrapper(env)
    {
        public override bool CanSaveState => false;
    }
}
