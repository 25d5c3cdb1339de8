using GymBridge.Agents.Actions;
using GymBridge.Agents.Collecting;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Agents.Offline;

/// <summary>Transitions that somebody else made, of Discrete actions: what offline methods learn from, and all they learn from.</summary>
public sealed class OfflineDataset
{
    private readonly List<float> _observations = [];
    private readonly List<float> _nextObservations = [];
    private readonly List<long> _actions = [];
    private readonly List<float> _rewards = [];
    private readonly List<bool> _terminated = [];

    /// <summary>An empty set of transitions.</summary>
    /// <param name="observations">The space of its observations.</param>
    /// <param name="actions">The space of its actions.</param>
    /// <param name="envId">The environment that they are of; null where it has no id.</param>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    public OfflineDataset(Space observations, Space actions, string? envId = null)
    {
        Encoder = new ObservationEncoder(observations);
        ActionSpace = actions as Discrete ?? throw ActionSpaces.Refuse(actions, "Offline learning");
        (ObservationSpace, EnvId) = (observations, envId);
    }

    /// <summary>The space of the observations.</summary>
    public Space ObservationSpace { get; }

    /// <summary>The space of the actions.</summary>
    public Discrete ActionSpace { get; }

    /// <summary>The environment that the transitions are of; null where it has no id.</summary>
    public string? EnvId { get; }

    /// <summary>Number of transitions in the set.</summary>
    public int Count => _actions.Count;

    /// <summary>How often each action was taken.</summary>
    public IReadOnlyList<int> ActionCounts => [.. Enumerable.Range(0, checked((int)ActionSpace.N)).Select(action => _actions.Count(taken => taken == action))];

    internal ObservationEncoder Encoder { get; }

    internal float[] Observations => [.. _observations];

    internal float[] NextObservations => [.. _nextObservations];

    internal long[] Actions => [.. _actions];

    internal float[] Rewards => [.. _rewards];

    internal bool[] Terminated => [.. _terminated];

    /// <summary>Lets a policy act and keeps what came of it.</summary>
    /// <param name="env">The environment; it is reset first, and stays the caller's.</param>
    /// <param name="policy">Acts; null for actions at random.</param>
    /// <param name="steps">Transitions, over all lanes; the last step may bring some more.</param>
    /// <param name="seed">Seed of the reset and of the actions.</param>
    /// <param name="deterministic">Whether the policy takes its best action.</param>
    /// <exception cref="ArgumentException">The environment does not reset lanes, or has other spaces than the policy.</exception>
    /// <exception cref="NotSupportedException">The observations cannot be read, or the actions are not Discrete.</exception>
    /// <exception cref="NonFiniteException">The environment gave NaN or infinity.</exception>
    public static OfflineDataset Collect(VectorEnv env, Policy? policy, int steps, Seed seed, bool deterministic = false)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var data = new OfflineDataset(env.SingleObservationSpace, env.SingleActionSpace, env.Spec?.Id.ToString());
        var driver = new EnvDriver(env, seed, data.Encoder);
        var streams = new LaneStreams(seed, StreamPurpose.Exploration, env.NumEnvs);
        var head = new CategoricalHead(data.ActionSpace);
        var features = new float[env.NumEnvs * data.Encoder.Features];
        var next = new float[data.Encoder.Features];
        var actions = new long[env.NumEnvs];
        driver.Start();
        policy?.Reseed(seed);
        policy?.StartEpisode();
        while (data.Count < steps)
        {
            driver.Encode(features);
            if (policy is null)
            {
                for (var lane = 0; lane < actions.Length; lane++)
                {
                    actions[lane] = streams[lane].Integers(data.ActionSpace.N);
                }

                head.Write(new ActionSpan(actions, default), driver.Actions);
            }
            else
            {
                policy.Act(driver.Current.Observations, driver.Actions, deterministic);
            }

            driver.Step();
            for (var lane = 0; lane < actions.Length; lane++)
            {
                if (driver.IsTransition(lane))
                {
                    var observation = features.AsSpan(lane * next.Length, next.Length);
                    data.Encoder.EncodeLane(driver.Current.HasFinal[lane] ? driver.Current.FinalObservations : driver.Current.Observations, lane, next);
                    data.Add(observation, data.IndexOf(driver.Actions, lane), driver.Current.Rewards[lane], next, driver.Current.Terminated[lane]);
                }

                if (driver.HasEnded(lane))
                {
                    policy?.StartEpisode(lane);
                }
            }
        }

        return data;
    }

    /// <summary>Adds one transition; all elements are copied.</summary>
    /// <param name="observation">float32 [F]; the features of what was seen.</param>
    /// <param name="action">What was done, counted from 0.</param>
    /// <param name="reward">What it brought.</param>
    /// <param name="nextObservation">float32 [F]; what was seen then, the final observation where the episode ended.</param>
    /// <param name="terminated">Whether the task ended there; false where the episode was only cut.</param>
    /// <exception cref="ArgumentException">The numbers of features do not fit, the action does not exist, or the reward is not finite.</exception>
    public void Add(ReadOnlySpan<float> observation, long action, double reward, ReadOnlySpan<float> nextObservation, bool terminated)
    {
        if (observation.Length != Encoder.Features || nextObservation.Length != Encoder.Features)
        {
            throw new ArgumentException($"An observation of {ObservationSpace} has {Encoder.Features} features, got {observation.Length} and {nextObservation.Length}.", nameof(observation));
        }

        if ((ulong)action >= (ulong)ActionSpace.N || !double.IsFinite(reward))
        {
            throw new ArgumentException(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"A transition needs an action of 0 to {ActionSpace.N - 1} and a finite reward, got {action} and {reward}."), nameof(action));
        }

        _observations.AddRange(observation);
        _nextObservations.AddRange(nextObservation);
        _actions.Add(action);
        _rewards.Add((float)reward);
        _terminated.Add(terminated);
    }

    private long IndexOf(Columns actions, int lane) => LaneNumbers.ReadInteger(actions[0].Lane(lane), ActionSpace.DType, 0) - ActionSpace.Start;
}
