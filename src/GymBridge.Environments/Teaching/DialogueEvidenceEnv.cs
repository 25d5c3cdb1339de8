using System.Globalization;
using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Teaching;

/// <summary><see cref="DialogueEnv"/> seen through all that was said: a decision process without anything hidden.</summary>
/// <remarks>
/// <para>Actions, Discrete(3): 0 ask, 1 do A, 2 do B.</para>
/// <para>Observation, Discrete(22): 10 + the answers A heard less the answers B, from 0 to 20; 21 when something was done. The number of
/// answers ahead decides the belief, so that it is all that matters; at the ends an answer more changes nothing.</para>
/// <para>Reward and end are those of the dialogue: -1 for asking, 10 or -20 for doing, as likely as the belief says.</para>
/// <para>Not part of Gymnasium. v0: 50 steps.</para>
/// </remarks>
public sealed class DialogueEvidenceEnv : StateRowEnv
{
    private const int MostEvidence = 10;
    private const int Done = (2 * MostEvidence) + 1;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public DialogueEvidenceEnv(string? renderMode = null)
        : base(
            [.. Enumerable.Range(-MostEvidence, Done).Select(evidence => evidence.ToString(CultureInfo.InvariantCulture)), "done"],
            MostEvidence,
            [.. Enumerable.Range(-MostEvidence, Done).Select(Choices), End(Done, DialogueRules.Actions)],
            renderMode)
    {
    }

    private static Transition[][] Choices(int evidence)
    {
        var belief = DialogueRules.Belief(evidence);
        var answerA = (belief * DialogueRules.AnswerAccuracy) + ((1 - belief) * (1 - DialogueRules.AnswerAccuracy));
        return
        [
            [new(answerA, StateOf(evidence + 1), DialogueRules.AskReward, false), new(1 - answerA, StateOf(evidence - 1), DialogueRules.AskReward, false)],
            Do(belief),
            Do(1 - belief),
        ];
    }

    private static Transition[] Do(double right) => [new(right, Done, DialogueRules.RightReward, true), new(1 - right, Done, DialogueRules.WrongReward, true)];

    private static int StateOf(int evidence) => Math.Clamp(evidence, -MostEvidence, MostEvidence) + MostEvidence;
}
