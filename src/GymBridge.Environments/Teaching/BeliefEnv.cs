using System.Globalization;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Values;
using GymBridge.Wrappers;

namespace GymBridge.Environments.Teaching;

/// <summary>Shows the belief over hidden states in place of observations, by which a partially observable process becomes a decision process.</summary>
/// <remarks>
/// <para>Observation, Box(S,) float32: the probability of each hidden state by all that was done and observed in the episode; kept in
/// float64. The first observation of an episode tells nothing. Info: <c>observation</c>, what the environment inside showed.</para>
/// </remarks>
public sealed class BeliefEnv : Wrapper<float[], long, long, long>, ISnapshot
{
    private readonly PartiallyObservableModel _model;
    private double[] _belief;

    /// <summary>Shows the belief over the hidden states in place of the observations.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="model">Its tables.</param>
    /// <exception cref="ArgumentException">The model has other numbers of actions or observations than the environment.</exception>
    public BeliefEnv(Env<long, long> env, PartiallyObservableModel model)
        : base(env, new Box(0, 1, [Checked(env, model).States]), env.ActionSpace) => (_model, _belief) = (model, [.. model.Prior]);

    /// <summary>float64 [S]; probability of each hidden state, after the last observation.</summary>
    public IReadOnlyList<double> Belief => _belief;

    Info ISnapshot.Save() => new() { ["belief"] = NDArray.From((double[])_belief.Clone()) };

    void ISnapshot.Restore(Info state) => _belief = SnapshotFields.Numbers(state, "belief", _model.States, nameof(BeliefEnv));

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Seed? seed, Info? options)
    {
        var (observation, info) = Inner.Reset(seed, options);
        _belief = [.. _model.Prior];
        return new(Observe(), With(info, observation));
    }

    /// <inheritdoc/>
    protected override StepResult<float[]> OnStep(long action)
    {
        var step = Inner.Step(action);
        _belief = _model.Update(_belief, action, step.Observation);
        return new(Observe(), step.Reward, step.Terminated, step.Truncated, With(step.Info, step.Observation));
    }

    private static PartiallyObservableModel Checked(Env env, PartiallyObservableModel model) =>
        env.ObservationSpace is Discrete observations && env.ActionSpace is Discrete actions
        && observations.N == model.Observations && actions.N == model.Actions && observations.Start == 0 && actions.Start == 0
            ? model
            : throw new ArgumentException(string.Create(
                CultureInfo.InvariantCulture,
                $"The model has {model.Observations} observations and {model.Actions} actions, the environment {env.ObservationSpace} and {env.ActionSpace}."));

    private static Info With(Info info, long observation)
    {
        var result = info.Copy();
        result["observation"] = observation;
        return result;
    }

    private float[] Observe() => [.. _belief.Select(probability => (float)probability)];
}
