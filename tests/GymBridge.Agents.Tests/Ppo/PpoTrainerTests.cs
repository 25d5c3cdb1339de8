using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Ppo;
using GymBridge.Agents.Reproducibility;
using GymBridge.Environments;
using GymBridge.Seeding;

namespace GymBridge.Agents.Tests.Ppo;

public class PpoTrainerTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    private static readonly MakeOptions SameStep = new() { AutoresetMode = AutoresetMode.SameStep };

    [Fact]
    public void RunUpdate_SameSeed_GivesTheSameBits()
    {
        Assert.Equal(Digests(seed: 7), Digests(seed: 7));
        Assert.NotEqual(Digests(seed: 7)[^1].Weights, Digests(seed: 8)[^1].Weights);
    }

    [Fact]
    public void Constructor_OtherAgentsAreMadeAtTheSameTime_StillDependsOnTheSeedAlone()
    {
        using var env = Registry.Make("CartPole-v1");
        var digests = new string[16];
        Parallel.For(0, digests.Length, i =>
        {
            using var agent = new PpoAgent(env.ObservationSpace, env.ActionSpace, [64, 64], i % 2);
            digests[i] = UpdateDigest.OfWeights(agent);
        });
        Assert.Equal(2, digests.Distinct().Count());
        Assert.Equal(digests[0], digests[14]);
    }

    [Fact]
    public void RunUpdate_OnSinglesInTurnInsteadOfTheNativeVector_GivesTheSameBits()
    {
        using var native = Registry.MakeVec("CartPole-v1", 8, SameStep);
        var singles = Enumerable.Range(0, 8).Select(_ => Registry.Make("CartPole-v1")).ToList();
        using var sync = new SyncVectorEnv(singles, AutoresetMode.SameStep);
        Assert.Equal(Digests(native, 3), Digests(sync, 3));
    }

    [Fact]
    public void RunUpdate_CartPole_LearnsToBalance()
    {
        using var env = Registry.MakeVec("CartPole-v1", 8, SameStep);
        using var trainer = new PpoTrainer(env, PpoOptions.CartPole, 1, 50_000);
        while (!trainer.IsComplete)
        {
            trainer.RunUpdate();
        }

        using var evaluation = Registry.MakeVec("CartPole-v1", 1, SameStep);
        Assert.InRange(Evaluator.Run(trainer.Agent, evaluation, 5, 100).MeanReturn, 400, 500);
    }

    [Fact]
    public void RunUpdate_AfterCompletion_SaysHowFarItIs()
    {
        using var env = Registry.MakeVec("CartPole-v1", 8, SameStep);
        using var trainer = new PpoTrainer(env, PpoOptions.CartPole, 1, 256);
        trainer.RunUpdate();
        var exception = Assert.Throws<InvalidOperationException>(() => trainer.RunUpdate());
        Assert.Contains("256 of 256", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_ThenLoad_ActsTheSame()
    {
        using var folder = new TemporaryFolder();
        using var env = Registry.MakeVec("CartPole-v1", 8, SameStep);
        using var trainer = new PpoTrainer(env, PpoOptions.CartPole, 5, 1024);
        trainer.RunUpdate();
        trainer.Agent.Save(folder.FullName);
        using var loaded = new PpoAgent(env.SingleObservationSpace, env.SingleActionSpace, PpoOptions.CartPole.HiddenSizes, 0);
        Assert.NotEqual(UpdateDigest.OfWeights(trainer.Agent), UpdateDigest.OfWeights(loaded));
        loaded.Load(folder.FullName);
        Assert.Equal(UpdateDigest.OfWeights(trainer.Agent), UpdateDigest.OfWeights(loaded));
    }

    [Fact]
    public void Load_FileIsMissing_NamesIt()
    {
        using var env = Registry.Make("CartPole-v1");
        using var agent = new PpoAgent(env.ObservationSpace, env.ActionSpace, [4], 0);
        var exception = Assert.Throws<FileNotFoundException>(() => agent.Load(Path.Combine(Path.GetTempPath(), "gymbridge-no-such-run")));
        Assert.Contains("actor.dat", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_BadOptions_ReportsAllOfThem()
    {
        using var env = Registry.MakeVec("CartPole-v1", 1, SameStep);
        var exception = Assert.Throws<ArgumentException>(() => new PpoTrainer(env, new PpoOptions { Gamma = 1.5, Epochs = 0 }, 1, 100));
        Assert.Contains("Gamma must be between 0 and 1, got 1.5", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Epochs must be at least 1, got 0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Constructor_OtherAutoresetMode_SaysWhichIsNeeded()
    {
        using var env = Registry.MakeVec("CartPole-v1", 1);
        var exception = Assert.Throws<ArgumentException>(() => new PpoTrainer(env, new PpoOptions(), 1, 100));
        Assert.Contains("SameStep", exception.Message, StringComparison.Ordinal);
    }

    private static List<UpdateDigest> Digests(Seed seed)
    {
        using var env = Registry.MakeVec("CartPole-v1", 8, SameStep);
        return Digests(env, seed);
    }

    private static List<UpdateDigest> Digests(VectorEnv env, Seed seed)
    {
        using var trainer = new PpoTrainer(env, PpoOptions.CartPole, seed, 2048);
        var digests = new List<UpdateDigest>();
        while (!trainer.IsComplete)
        {
            trainer.RunUpdate();
            digests.Add(UpdateDigest.Of(trainer));
        }

        return digests;
    }
}
