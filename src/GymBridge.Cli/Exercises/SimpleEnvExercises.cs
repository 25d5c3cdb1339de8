using GymBridge.Agents;
using GymBridge.Agents.Networks;

namespace GymBridge.Cli.Exercises;

/// <summary>The laboratory: REINFORCE with one episode for each update on SimpleEnv-v0, one thing changed at a time.</summary>
internal static class SimpleEnvExercises
{
    private const int Episodes = 1000;
    private const int Interval = 100;
    private const int Seeds = 10;
    private const double Goal = 0.9;

    private const string Setting = "Two numbers that mean nothing, the action A out of 4, and the reward: 1 for the right one, else wrong_reward. Ten runs of 1000 episodes, each its own seed.";

    public static Exercise OtherTarget { get; } = new(
        "X11",
        "Another right action",
        Setting,
        "The first of the episodes 100, 200, ... at which the greedy policy is right in 90 % of 100 observations, with the right action 2 and with 0",
        (source, cancellation) => [First(source, "target 2", new Info(), 3e-3, cancellation), First(source, "target 0", new Info { ["target"] = 0L }, 3e-3, cancellation)],
        "The same speed: nothing in the algorithm knows which action is which.");

    public static Exercise SmallSteps { get; } = new(
        "X12",
        "A learning rate thirty times smaller",
        Setting,
        "The first of the episodes 100, 200, ... at which the greedy policy is right in 90 % of 100 observations, with the learning rates 0.003 and 0.0001",
        (source, cancellation) => [First(source, "learning rate 0.003", new Info(), 3e-3, cancellation), First(source, "learning rate 0.0001", new Info(), 1e-4, cancellation)],
        "It learns all the same, several times later: Adam's steps are as long as the learning rate, whatever the gradient.");

    public static Exercise FreeMistakes { get; } = new(
        "X13",
        "Mistakes that cost nothing",
        Setting,
        "The first of the episodes 100, 200, ... at which the greedy policy is right in 90 % of 100 observations, with the wrong rewards -0.1 and 0; and the gradient at the start, pi (q - J)",
        (source, cancellation) =>
        [
            First(source, "wrong_reward -0.1", new Info(), 3e-3, cancellation),
            First(source, "wrong_reward 0", new Info { ["wrong_reward"] = 0.0 }, 3e-3, cancellation),
            new("grad J of all alike, wrong_reward -0.1", new Agents.Formulas.SoftmaxPolicy([0, 0, 0, 0], [-0.1, -0.1, 1, -0.1]).Gradient),
            new("grad J of all alike, wrong_reward 0", new Agents.Formulas.SoftmaxPolicy([0, 0, 0, 0], [0, 0, 1, 0]).Gradient),
        ],
        "It still learns: a mistake gives no gradient then, but success does. The punishment makes the gradient a tenth longer, no more.");

    /// <summary>The first check at which a run has learned it, of each seed; NaN of one that has not.</summary>
    private static ExerciseNumbers First(EnvironmentSource source, string name, Info kwargs, double learningRate, CancellationToken cancellation)
    {
        var options = new ReinforceOptions
        {
            StepsPerUpdate = 1,
            LearningRate = learningRate,
            Baseline = ReturnBaseline.None,
            NormalizeReturns = false,
        };
        return new ExerciseNumbers(name, [.. Enumerable.Range(1, Seeds).Select(seed => First(source, kwargs, options, seed, cancellation))]);
    }

    private static double First(EnvironmentSource source, Info kwargs, ReinforceOptions options, int seed, CancellationToken cancellation)
    {
        var make = new MakeOptions { AutoresetMode = AutoresetMode.SameStep, Kwargs = kwargs };
        using var env = source.MakeVec("SimpleEnv-v0", 1, make);

        // A plain network with PyTorch's weights prefers some action from the start, which small steps take long to undo.
        using var run = new Reinforce(env, options, seed, CustomNetworks.OfLinearLayers(seed, 2, 64, 4));
        var target = kwargs.TryGetValue("target", out var given) ? (long)given! : 2;
        while (run.Timesteps < Episodes)
        {
            cancellation.ThrowIfCancellationRequested();
            run.Update();
            if (run.Timesteps % Interval == 0 && Share(run.Policy, target) >= Goal)
            {
                return run.Timesteps;
            }
        }

        return double.NaN;
    }

    /// <summary>How often the greedy policy is right, over a grid of observations.</summary>
    private static double Share(Policy policy, long target)
    {
        const int Side = 10;
        var (observations, actions) = (new Columns(policy.ObservationSpace, Side * Side), new Columns(policy.ActionSpace, Side * Side));
        for (var i = 0; i < Side * Side; i++)
        {
            observations.Write(i, NDArray.From(new[] { (float)(i / Side) / Side, (float)(i % Side) / Side }));
        }

        policy.Act(observations, actions);
        return actions[0].AsSpan<long>().ToArray().Count(action => action == target) / (double)(Side * Side);
    }
}
