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

    /// <summary>The options of PPO's preset for CartPole.</summary>
    public static PpoOptions PpoCartPole { get; } = (PpoOptions)Ppo.Descriptor.PresetFor(EnvId.Parse("CartPole-v1"))!.Options;

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
