using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Reinforce;
using GymBridge.Agents.Reproducibility;
using GymBridge.Environments;
using GymBridge.Seeding;

namespace GymBridge.Agents.Tests.Reinforce;

public class ReinforceTrainerTests
{
    private static readonly EnvRegistry Registry = EnvironmentCatalog.CreateRegistry();

    private static readonly MakeOptions SameStep = new() { AutoresetMode = AutoresetMode.SameStep };

    [Fact]
    public void RunUpdate_SameSeed_GivesTheSameBits()
    {
        Assert.Equal(Digest(7), Digest(7));
        Assert.NotEqual(Digest(7), Digest(8));
    }

    [Fact]
    public void RunUpdate_CartPole_LearnsToBalance()
    {
        using var env = Registry.MakeVec("CartPole-v1", 1, SameStep);
        using var trainer = new ReinforceTrainer(env, new ReinforceOptions(), 1, 60_000);
        while (!trainer.IsComplete)
        {
            trainer.RunUpdate();
        }

        using var evaluation = Registry.MakeVec("CartPole-v1", 1, SameStep);
        Assert.InRange(Evaluator.Run(trainer.Agent, evaluation, 5, 100).MeanReturn, 195, 500);
    }

    [Fact]
    public void RunUpdate_Rollout_HoldsWholeEpisodes()
    {
        using var env = Registry.MakeVec("CartPole-v1", 1, SameStep);
        using var trainer = new ReinforceTrainer(env, new ReinforceOptions { StepsPerUpdate = 100 }, 1, 100);
        trainer.RunUpdate();
        var ended = trainer.LastRollout.Fields.Single(field => field.Name == "ended");
        Assert.True(ended.Steps >= 100);
        Assert.Equal("True", ended.Format(ended.Steps - 1, 0));
    }

    private static string Digest(Seed seed)
    {
        using var env = Registry.MakeVec("CartPole-v1", 1, SameStep);
        using var trainer = new ReinforceTrainer(env, new ReinforceOptions(), seed, 3000);
        while (!trainer.IsComplete)
        {
            trainer.RunUpdate();
        }

        return UpdateDigest.Of(trainer).Weights;
    }
}
