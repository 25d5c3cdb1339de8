using GymBridge.Agents.Networks;
using GymBridge.Agents.Reproducibility;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GymBridge.Agents.Tests.Networks;

/// <summary>Dropout and batch normalisation in a user's networks: as in Stable-Baselines3 they train where the policy learns alone.</summary>
public class TrainingModeTests
{
    [Fact]
    public void Predict_NetworkWithDropout_DropsNothing()
    {
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1, new CustomNetworks { Policy = Dropping() });
        ppo.Learn(64);
        using var noGrad = no_grad();
        var observation = tensor(new[] { 0.1f, 0.2f, 0.3f, 0.4f }, [1, 4]);
        var outputs = Enumerable.Range(0, 10).Select(_ => ppo.Policy.Module.Outputs(observation).data<float>().ToArray()[0]).Distinct();
        Assert.Single(outputs);
    }

    [Theory]
    [InlineData("ppo")]
    [InlineData("dqn")]
    [InlineData("a2c")]
    public void Learn_ResumedNetworkWithDropout_GoesOnBitForBit(string name)
    {
        using var folder = new TemporaryFolder();
        using var env = TestEnvs.Make("CartPole-v1", 2);
        using var run = AlgorithmCatalog.Get(name).Create(env, SmallOptions.Of(name), 1, new CustomNetworks { Policy = Dropping() });
        run.TotalTimesteps = 256;
        run.Update();
        run.Save(folder.Combine("run.gym"));
        run.Update();

        using var again = TestEnvs.Make("CartPole-v1", 2);
        using var resumed = Algorithm.Load(folder.Combine("run.gym"), again, new CustomNetworks { Policy = Dropping() });
        rand(3); // Whatever else draws from the library's generator.
        resumed.Update();
        Assert.Equal(UpdateDigest.OfWeights(run.Policy), UpdateDigest.OfWeights(resumed.Policy));
    }

    [Fact]
    public void Learn_NetworkWithBatchNormalisation_ActsOnOneObservationByTheMomentsOfLearning()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        var normalisation = BatchNorm1d(4);
        var networks = new CustomNetworks { FeaturesExtractor = Sequential(normalisation, Linear(4, 8)) };
        using var ppo = new Ppo(env, (PpoOptions)SmallOptions.Of("ppo"), 1, networks);
        ppo.Update();
        var moments = normalisation.running_mean!.data<float>().ToArray();
        Assert.NotEqual(new float[4], moments);
        ppo.Policy.Predict<float[], long>([1f, 2f, 3f, 4f]);
        Assert.Equal(moments, normalisation.running_mean!.data<float>().ToArray());
    }

    [Theory]
    [InlineData("dqn")]
    [InlineData("reinforce")]
    public void Learn_EveryWeightIsFrozen_SaysThatNothingCanBeLearned(string name)
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        var network = Dropping();
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        using var run = AlgorithmCatalog.Get(name).Create(env, SmallOptions.Of(name), 1, new CustomNetworks { Policy = network });
        var exception = Assert.Throws<InvalidOperationException>(() => run.Learn(1000));
        Assert.Contains("requires_grad", exception.Message, StringComparison.Ordinal);
    }

    private static Module<Tensor, Tensor> Dropping()
    {
        manual_seed(7); // The module is the user's, and so are its first weights.
        return Sequential(Linear(4, 16), ReLU(), Dropout(0.5), Linear(16, 2));
    }
}
