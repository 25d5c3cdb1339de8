using GymBridge;
using GymBridge.Agents;
using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;

namespace Project._1;

/// <summary>PPO on eight lanes of the environment.</summary>
public sealed class WarehouseTraining : IDisposable
{
    private const string Id = "Warehouse-v0";

    private readonly VectorEnv _env;

    static WarehouseTraining() => Gym.Register(Id, () => new WarehouseEnv(), maxEpisodeSteps: 50);

    /// <summary>Starts with fresh weights.</summary>
    /// <param name="seed">Decides everything that is random.</param>
    public WarehouseTraining(int seed)
    {
        _env = Gym.MakeVec(Id, numEnvs: 8);
        var networks = RandomStreams.InitialWeights(
            seed, () => new CustomNetworks { Policy = new WarehouseNetwork(4, 4), Value = new WarehouseNetwork(4, 1) });
        Algorithm = new Ppo(_env, new PpoOptions { RolloutSteps = 128, MinibatchSize = 256 }, seed, networks);
    }

    /// <summary>The algorithm: learns, saves, and holds the policy.</summary>
    public Ppo Algorithm { get; }

    /// <summary>Plays whole episodes.</summary>
    public EvaluationResult Evaluate(int episodes)
    {
        using var env = Gym.Make(Id);
        return Algorithm.Policy.Evaluate(env, episodes);
    }

    public void Dispose()
    {
        Algorithm.Dispose();
        _env.Dispose();
    }
}
