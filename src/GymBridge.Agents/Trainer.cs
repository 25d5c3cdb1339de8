using GymBridge.Agents.Reproducibility;
using GymBridge.Seeding;
using TorchSharp.Modules;

namespace GymBridge.Agents;

/// <summary>Trains an agent on a vector environment, one update at a time.</summary>
/// <remarks>A run is a pure function of environment, seed and options: weights, optimizer state and metrics come out equal
/// bit for bit on the C# environment and on its Python twin. Not thread-safe; one thread from start to end, because the
/// tensor library's scopes belong to a thread.</remarks>
public abstract class Trainer : IDisposable
{
    /// <summary>Starts a training run.</summary>
    /// <exception cref="ArgumentException">The environment does not reset in the same step, or there is nothing to train.</exception>
    protected Trainer(VectorEnv env, Seed seed, long totalTimesteps)
    {
        if (env.AutoresetMode != AutoresetMode.SameStep)
        {
            throw new ArgumentException(
                $"Trainers need an environment with autoreset SameStep, which tells the final observation of an episode; got {env.AutoresetMode}.",
                nameof(env));
        }

        if (totalTimesteps < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(totalTimesteps), totalTimesteps, $"Total timesteps must be positive, got {totalTimesteps}.");
        }

        Env = env;
        Seed = seed;
        TotalTimesteps = totalTimesteps;
        Episodes = new EpisodeTracker(env.NumEnvs);
    }

    /// <summary>The environment; the caller owns it.</summary>
    public VectorEnv Env { get; }

    /// <summary>The seed of the run.</summary>
    public Seed Seed { get; }

    /// <summary>Environment steps after which training is complete, over all lanes; the last update may go beyond.</summary>
    public long TotalTimesteps { get; }

    /// <summary>Environment steps so far, over all lanes.</summary>
    public long Timesteps { get; protected set; }

    /// <summary>Updates so far.</summary>
    public int Updates { get; protected set; }

    /// <summary>Whether <see cref="TotalTimesteps"/> is reached.</summary>
    public bool IsComplete => Timesteps >= TotalTimesteps;

    /// <summary>Finished episodes.</summary>
    public EpisodeTracker Episodes { get; }

    /// <summary>The agent in training.</summary>
    public abstract Agent Agent { get; }

    /// <summary>The optimizers by name, in a fixed order.</summary>
    public abstract IReadOnlyList<(string Name, OptimizerHelper Optimizer)> Optimizers { get; }

    /// <summary>What the last update saw and computed, field by field; for comparing two runs.</summary>
    public abstract RolloutTrace LastRollout { get; }

    /// <summary>Collects a rollout and learns from it.</summary>
    /// <exception cref="InvalidOperationException">Training is complete.</exception>
    public TrainingReport RunUpdate()
    {
        if (IsComplete)
        {
            throw new InvalidOperationException(
                $"Training is complete at {Timesteps} of {TotalTimesteps} timesteps; make a trainer with more to go on.");
        }

        var metrics = OnUpdate();
        Updates++;
        List<KeyValuePair<string, double>> all =
        [
            new("rollout/ep_rew_mean", Episodes.MeanReturn), new("rollout/ep_len_mean", Episodes.MeanLength), .. metrics,
        ];
        return new TrainingReport(Updates, Timesteps, all);
    }

    /// <summary>Frees the agent and the optimizers; the environment stays the caller's.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Collects a rollout and learns from it; advances <see cref="Timesteps"/>.</summary>
    /// <returns>The metrics of the update.</returns>
    protected abstract IReadOnlyList<KeyValuePair<string, double>> OnUpdate();

    /// <summary>Frees the agent and the optimizers.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var (_, optimizer) in Optimizers)
            {
                optimizer.Dispose();
            }

            Agent.Dispose();
        }
    }
}
