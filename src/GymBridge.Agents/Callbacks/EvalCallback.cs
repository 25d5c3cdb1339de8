using GymBridge.Agents.Evaluation;
using GymBridge.Agents.Randomness;

namespace GymBridge.Agents;

/// <summary>Evaluates the policy every so many timesteps in an environment of its own, and keeps the best policy.</summary>
public sealed class EvalCallback : TrainingCallback
{
    private readonly VectorEnv _env;
    private readonly StepInterval _interval;
    private readonly int _episodes;
    private readonly string? _bestPath;

    /// <summary>Evaluates in a single environment, which stays the caller's.</summary>
    /// <param name="env">The environment; not the one that is trained on.</param>
    /// <param name="everySteps">Timesteps of training between two evaluations, over all lanes.</param>
    /// <param name="episodes">Episodes of each.</param>
    /// <param name="bestPath">Where the best policy so far is saved; null keeps it nowhere.</param>
    public EvalCallback(Env env, long everySteps = 10_000, int episodes = 5, string? bestPath = null)
        : this(SyncVectorEnv.OfOne(env, AutoresetMode.SameStep), everySteps, episodes, bestPath)
    {
    }

    /// <summary>Evaluates in a vector environment, which stays the caller's.</summary>
    /// <param name="env">The environment; not the one that is trained on.</param>
    /// <param name="everySteps">Timesteps of training between two evaluations, over all lanes.</param>
    /// <param name="episodes">Episodes of each.</param>
    /// <param name="bestPath">Where the best policy so far is saved; null keeps it nowhere.</param>
    public EvalCallback(VectorEnv env, long everySteps = 10_000, int episodes = 5, string? bestPath = null)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        (_env, _interval, _episodes, _bestPath) = (env, new StepInterval(everySteps), episodes, bestPath);
    }

    /// <summary>The evaluations so far, with the timesteps after which they were made.</summary>
    public IReadOnlyList<(long Timesteps, EvaluationResult Result)> Evaluations => _evaluations;

    /// <summary>The best mean return so far; set it to that of earlier evaluations where a run goes on.</summary>
    /// <value>Negative infinity before the first evaluation.</value>
    public double BestMeanReturn { get; set; } = double.NegativeInfinity;

    private readonly List<(long Timesteps, EvaluationResult Result)> _evaluations = [];

    /// <inheritdoc/>
    public override void OnStart(Algorithm algorithm) => _interval.Start(algorithm.Timesteps);

    /// <inheritdoc/>
    public override bool OnUpdate(Algorithm algorithm, UpdateReport report)
    {
        if (!_interval.IsDue(report.Timesteps))
        {
            return true;
        }

        var result = algorithm.Policy.Evaluate(_env, _episodes, RandomStreams.SeedOf(algorithm.Seed, StreamPurpose.Evaluation));
        _evaluations.Add((report.Timesteps, result));
        if (result.MeanReturn > BestMeanReturn)
        {
            BestMeanReturn = result.MeanReturn;
            if (_bestPath is not null)
            {
                algorithm.Policy.Save(_bestPath);
            }
        }

        return true;
    }
}
