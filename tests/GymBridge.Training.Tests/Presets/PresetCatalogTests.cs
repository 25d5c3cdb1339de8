using GymBridge.Agents;
using GymBridge.Agents.Options;
using GymBridge.Training.Presets;

namespace GymBridge.Training.Tests.Presets;

public class PresetCatalogTests
{
    private static readonly EnvId CartPole = EnvId.Parse("gymnasium:CartPole-v1");

    [Fact]
    public void Choose_Auto_FindsTheEnvironmentsOwn() =>
        Assert.Equal("preset ppo/CartPole-v1", PresetCatalog.Choose("ppo", CartPole, "auto")!.Source);

    [Theory]
    [InlineData("dqn", "CartPole-v1")]
    [InlineData("dqn", "MountainCar-v0")]
    [InlineData("dqn", "LunarLander-v3")]
    [InlineData("dqn", "Acrobot-v1")]
    [InlineData("sac", "Pendulum-v1")]
    [InlineData("sac", "MountainCarContinuous-v0")]
    [InlineData("sac", "HalfCheetah-v5")]
    [InlineData("ppo", "HalfCheetah-v5")]
    [InlineData("ppo", "BipedalWalker-v3")]
    [InlineData("ppo", "LunarLander-v3")]
    [InlineData("ppo", "PixelCatch-v0")]
    [InlineData("dqn", "PixelCatch-v0")]
    public void Choose_Auto_HasThePresetsThatTheDocumentationNames(string algorithm, string id) =>
        Assert.Equal(id, PresetCatalog.Choose(algorithm, EnvId.Parse("gymnasium:" + id), "auto")!.Name);

    /// <summary>Algorithms that learn CartPole or Pendulum are tuned for it: nobody has to search for options first.</summary>
    [Theory]
    [InlineData("a2c", "CartPole-v1")]
    [InlineData("a3c", "CartPole-v1")]
    [InlineData("actor_critic", "CartPole-v1")]
    [InlineData("dqn", "CartPole-v1")]
    [InlineData("one_step_actor_critic", "CartPole-v1")]
    [InlineData("ppo", "CartPole-v1")]
    [InlineData("ppo", "Pendulum-v1")]
    [InlineData("recurrent_ppo", "CartPoleNoVel-v1")]
    [InlineData("reinforce", "CartPole-v1")]
    [InlineData("sac", "Pendulum-v1")]
    [InlineData("trpo", "CartPole-v1")]
    [InlineData("trpo", "Pendulum-v1")]
    public void Choose_Auto_HasOneForTheFirstEnvironments(string algorithm, string id) =>
        Assert.Equal(id, PresetCatalog.Choose(algorithm, EnvId.Parse(id), "auto")!.Name);

    [Fact]
    public void Presets_All_HaveOptionsThatTheirAlgorithmTakes()
    {
        foreach (var name in PresetCatalog.Algorithms)
        {
            foreach (var preset in PresetCatalog.Find(name)!.Presets)
            {
                var settings = TrainingSettings.Of(AlgorithmCatalog.Get(name), preset);
                settings.Options.Validate();
                Assert.True(settings.Timesteps > 0 && settings.NumEnvs > 0, preset.Source);
            }
        }
    }

    [Theory]
    [InlineData("ppo")]
    [InlineData("dqn")]
    public void Choose_AutoForAnAtariGame_HasThePublishedSettings(string algorithm)
    {
        var preset = PresetCatalog.Choose(algorithm, EnvId.Parse("gymbridge.atari:Atari/Pong-v5"), "auto")!;
        Assert.Equal("atari", preset.Name);
        var settings = TrainingSettings.Of(AlgorithmCatalog.Get(algorithm), preset);
        Assert.Equal((4, 10_000_000), (settings.Wrappers.FrameStack, settings.Timesteps));
        Assert.Equal(FeatureNetworkKind.NatureCnn, settings.Options.Network);
        Assert.Empty(settings.Options is PpoOptions ppo ? ppo.HiddenSizes : ((DqnOptions)settings.Options).HiddenSizes);
        Assert.Null(PresetCatalog.Choose(algorithm, EnvId.Parse("ale_py:ALE/Pong-v5"), "auto"));
    }

    [Fact]
    public void Choose_None_FindsNothing() => Assert.Null(PresetCatalog.Choose("ppo", CartPole, "none"));

    [Fact]
    public void Choose_AutoWithoutOne_FindsNothing() => Assert.Null(PresetCatalog.Choose("ppo", EnvId.Parse("Own-v0"), "auto"));

    [Fact]
    public void Choose_ByName_TakesAnothersPreset() =>
        Assert.Equal("Pendulum-v1", PresetCatalog.Choose("ppo", CartPole, "Pendulum-v1")!.Name);

    [Fact]
    public void Choose_Unknown_NamesThoseThatExist()
    {
        var error = Assert.Throws<ArgumentException>(() => PresetCatalog.Choose("ppo", CartPole, "CartPol-v1"));
        Assert.Contains("Did you mean 'CartPole-v1'?", error.Message, StringComparison.Ordinal);
        Assert.Contains("Choose auto, none, CartPole-v1", error.Message, StringComparison.Ordinal);
    }
}
