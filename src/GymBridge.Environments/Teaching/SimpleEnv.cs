using System.Globalization;
using GymBridge.Errors;
using GymBridge.Spaces;

namespace GymBridge.Environments.Teaching;

/// <summary>One step, one right action out of four: what a policy gradient can learn in a minute.</summary>
/// <remarks>
/// <para>Actions, Discrete(4): <c>target</c> is right, the others are wrong.</para>
/// <para>Observation, Box(2,) float32: two numbers uniform in [0, 1) that mean nothing, new after every call.</para>
/// <para>Reward: 1 for the right action, else <c>wrong_reward</c>. Terminated: after the step.</para>
/// <para>A policy at random gets 0.175 on average. Not part of Gymnasium. v0: target 2, wrong_reward -0.1.</para>
/// </remarks>
public sealed class SimpleEnv : Env<float[], long>, ISnapshot
{
    /// <summary>The right action unless said otherwise.</summary>
    public const int DefaultTarget = 2;

    /// <summary>The reward of wrong actions unless said otherwise.</summary>
    public const double DefaultWrongReward = -0.1;

    private const int Actions = 4;

    private readonly long _target;
    private readonly double _wrongReward;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="target">The right action, 0 to 3.</param>
    /// <param name="wrongReward">Reward of the other ones; finite.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such action, or the reward is not finite.</exception>
    public SimpleEnv(long target = DefaultTarget, double wrongReward = DefaultWrongReward)
        : base(new Box(0, 1, [2]), new Discrete(Actions))
    {
        _target = (ulong)target < Actions
            ? target
            : throw new ArgumentOutOfRangeException(nameof(target), target, $"The target is an action from 0 to {Actions - 1}, got target {target}.");
        _wrongReward = double.IsFinite(wrongReward)
            ? wrongReward
            : throw new ArgumentOutOfRangeException(
                nameof(wrongReward), wrongReward, string.Create(CultureInfo.InvariantCulture, $"The wrong_reward must be finite, got {wrongReward}."));
    }

    /// <inheritdoc/>
    protected override ResetResult<float[]> OnReset(Info? options) => Observe();

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is not in the space.</exception>
    protected override StepResult<float[]> OnStep(long action) => (ulong)action < Actions
        ? new(Observe(), action == _target ? 1 : _wrongReward, true)
        : throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "SimpleEnv");

    Info ISnapshot.Save() => new();

    void ISnapshot.Restore(Info state)
    {
        // An observation comes from the generator alone.
    }

    private float[] Observe()
    {
        Span<double> numbers = stackalloc double[2];
        Rng.Random(numbers);
        return [(float)numbers[0], (float)numbers[1]];
    }
}
