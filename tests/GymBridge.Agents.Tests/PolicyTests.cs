using GymBridge.Agents.Networks;

using static TorchSharp.torch.nn;

namespace GymBridge.Agents.Tests;

public class PolicyTests
{
    [Fact]
    public void Predict_TypesThatDoNotFit_ListsThoseThatDo()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var ppo = new Ppo(env, null, 1);
        Assert.InRange(ppo.Policy.Predict<float[], long>(new float[4]), 0, 1);
        var exception = Assert.Throws<ArgumentException>(() => ppo.Policy.Predict<float[], float>(new float[4]));
        Assert.Contains("long", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_Drawn_VariesAndFollowsTheSeed()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var ppo = new Ppo(env, null, 1);
        List<long> Draw()
        {
            ppo.Policy.Reseed(5);
            return [.. Enumerable.Range(0, 30).Select(_ => ppo.Policy.Predict<float[], long>(new float[4], deterministic: false))];
        }

        var first = Draw();
        Assert.Equal(2, first.Distinct().Count());
        Assert.Equal(first, Draw());
    }

    [Theory]
    [InlineData(AutoresetMode.SameStep)]
    [InlineData(AutoresetMode.NextStep)]
    public void Evaluate_SeveralLanes_DoesNotPreferShortEpisodes(AutoresetMode mode)
    {
        using var env = new SyncVectorEnv([new ScriptedEnv([new(2)]), new ScriptedEnv([new(20)])], mode);
        using var ppo = new Ppo(env, null, 1);
        var result = ppo.Policy.Evaluate(env, 4);
        Assert.Equal([2, 2, 20, 20], result.Lengths.Order());
        Assert.Equal(11, result.MeanReturn);
    }

    [Fact]
    public void Evaluate_EpisodeWithoutEnd_IsCutAndSaysSo()
    {
        using var env = TestEnvs.Lanes(1, () => new ScriptedEnv([new(1_000_000)]));
        using var ppo = new Ppo(env, null, 1);
        var result = ppo.Policy.Evaluate(env, 2, maxEpisodeSteps: 30);
        Assert.Equal((2, 30), (result.CutEpisodes, result.Lengths[0]));
        Assert.Contains("2 of them did not end and were cut after 30 steps", result.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Evaluate_OtherSpaces_SaysBoth()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        using var other = TestEnvs.Make("MountainCar-v0", 1);
        using var ppo = new Ppo(env, null, 1);
        Assert.Contains("The policy was trained on", Assert.Throws<ArgumentException>(() => ppo.Policy.Evaluate(other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CustomNetworks_NeedsTheirCodeAndTakesTheirWeights()
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 1);
        CustomNetworks Own() => new() { FeaturesExtractor = Sequential(Linear(4, 6), ReLU()), Policy = Linear(6, 2) };
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1, Own());
        ppo.Update();
        ppo.Save(folder.Combine("run.gym"));
        var exception = Assert.Throws<ArgumentException>(() => Policy.Load(folder.Combine("run.gym")));
        Assert.Contains("[FeaturesExtractor, Policy]", exception.Message, StringComparison.Ordinal);
        using var policy = Policy.Load(folder.Combine("run.gym"), Own());
        Assert.Equal(
            Reproducibility(ppo.Policy),
            Reproducibility(policy));
        using var again = TestEnvs.Make("CartPole-v1", 1);
        using var resumed = Ppo.Load(folder.Combine("run.gym"), again, Own());
        resumed.Update();
        ppo.Update();
        Assert.Equal(Reproducibility(ppo.Policy), Reproducibility(resumed.Policy));
    }

    [Fact]
    public void Constructor_CustomNetworkOfAnotherShape_IsRefusedWithBothShapes()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        var outputs = Assert.Throws<ArgumentException>(() => new Ppo(env, null, 1, new CustomNetworks { Policy = Linear(4, 3) }));
        Assert.Contains("'Policy' must give float32 [B, 2]", outputs.Message, StringComparison.Ordinal);
        var inputs = Assert.Throws<ArgumentException>(() => new Ppo(env, null, 1, new CustomNetworks { Value = Linear(5, 1) }));
        Assert.Contains("'Value' cannot take float32 [B, 4]", inputs.Message, StringComparison.Ordinal);
    }

    private static string Reproducibility(Policy policy) => Agents.Reproducibility.UpdateDigest.OfWeights(policy);
}
