using GymBridge.Agents.Reproducibility;
using GymBridge.Environments;

namespace GymBridge.Agents.Tests;

/// <summary>Environments that tests train on.</summary>
internal static class TestEnvs
{
    public static MakeOptions SameStep { get; } = new() { AutoresetMode = AutoresetMode.SameStep };

    public static EnvRegistry Registry { get; } = EnvironmentCatalog.CreateRegistry();

    public static VectorEnv Make(string id, int lanes, AutoresetMode mode = AutoresetMode.SameStep) =>
        Registry.MakeVec(id, lanes, new MakeOptions { AutoresetMode = mode });

    /// <summary>Lanes of an environment of the tests' own.</summary>
    public static SyncVectorEnv Lanes(int lanes, Func<Env> create, AutoresetMode mode = AutoresetMode.SameStep) =>
        new([.. Enumerable.Range(0, lanes).Select(_ => create())], mode);

    /// <summary>The options of rl-zoo's preset of PPO for CartPole.</summary>
    public static PpoOptions PpoCartPole { get; } = new()
    {
        RolloutSteps = 32,
        MinibatchSize = 256,
        Epochs = 20,
        LearningRate = Schedule.Linear(1e-3),
        Gamma = 0.98,
        GaeLambda = 0.8,
        ClipRange = Schedule.Linear(0.2),
    };

    /// <summary>Digests of the weights after every update of a run.</summary>
    public static List<string> Digests(Algorithm algorithm, long timesteps)
    {
        var digests = new List<string>();
        algorithm.TotalTimesteps = timesteps;
        while (!algorithm.IsComplete)
        {
            algorithm.Update();
            digests.Add(UpdateDigest.OfWeights(algorithm.Policy));
        }

        return digests;
    }
}
