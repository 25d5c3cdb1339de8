using GymBridge.Errors;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.Teaching;

/// <summary>Find out what somebody wants by asking, and do it: what is to be known is hidden, and answers are wrong at times.</summary>
/// <remarks>
/// <para>Actions, Discrete(3): 0 ask, 1 do A, 2 do B.</para>
/// <para>Observation, Discrete(3): 0 nothing was said, 1 the answer A, 2 the answer B. An answer is the truth with a probability of 0.85.</para>
/// <para>Start: the wish, A or B, each as likely, is drawn and hidden. Reward: -1 for asking, 10 for doing what was wished, -20 for the other.
/// Terminated: when something was done.</para>
/// <para>A partially observable decision process: what counts is the belief, b' = b p(o | A) / (b p(o | A) + (1 - b) p(o | B)). With a
/// discount of 0.95 it is best to ask until one answer is two ahead, for 5.4093263407; who does what the last answer said gets 4.225, and -5
/// who does not ask.</para>
/// <para>Not part of Gymnasium. v0: 50 steps. DialogueBelief-v0 shows the belief (P(A), P(B)) in place of the answer.</para>
/// </remarks>
public sealed class DialogueEnv : Env<long, long>, ISnapshot
{
    private const int Nobody = -1;

    private int _wish = Nobody;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    public DialogueEnv()
        : base(new Discrete(DialogueRules.Observations), new Discrete(DialogueRules.Actions))
    {
    }

    /// <summary>What is hidden, and how actions and observations depend on it: what a belief needs.</summary>
    public static PartiallyObservableModel Model { get; } = new(
        [0.5, 0.5],
        [.. Enumerable.Range(0, DialogueRules.Actions).Select(_ => (IReadOnlyList<IReadOnlyList<double>>)[[1, 0], [0, 1]])],
        [
            [[0, DialogueRules.AnswerAccuracy, 1 - DialogueRules.AnswerAccuracy], [0, 1 - DialogueRules.AnswerAccuracy, DialogueRules.AnswerAccuracy]],
            [[1, 0, 0], [1, 0, 0]],
            [[1, 0, 0], [1, 0, 0]],
        ]);

    /// <inheritdoc/>
    protected override ResetResult<long> OnReset(Info? options)
    {
        _wish = Rng.Random() < 0.5 ? 0 : 1;
        return DialogueRules.Silence;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is not in the space.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<long> OnStep(long action)
    {
        if ((ulong)action >= DialogueRules.Actions)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "Dialogue");
        }

        if (_wish == Nobody)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        return action == DialogueRules.Ask
            ? new(Answer(Rng), DialogueRules.AskReward, false)
            : new(DialogueRules.Silence, action - 1 == _wish ? DialogueRules.RightReward : DialogueRules.WrongReward, true);
    }

    Info ISnapshot.Save() => new() { ["wish"] = (long)_wish };

    void ISnapshot.Restore(Info state)
    {
        var wish = SnapshotFields.Get<int>(state, "wish", nameof(DialogueEnv));
        _wish = wish is >= Nobody and <= 1 ? wish : throw SnapshotFields.Unfit("wish", nameof(DialogueEnv));
    }

    private long Answer(Rng rng) => 1 + (rng.Random() < DialogueRules.AnswerAccuracy ? _wish : 1 - _wish);
}
