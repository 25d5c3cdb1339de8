namespace GymBridge.Environments.Teaching;

/// <summary>The rules of the dialogue: what answers and submissions are worth, and how far an answer can be trusted.</summary>
internal static class DialogueRules
{
    public const int Ask = 0;
    public const int Actions = 3;
    public const int Silence = 0;
    public const int Observations = 3;
    public const double AnswerAccuracy = 0.85;
    public const double AskReward = -1;
    public const double RightReward = 10;
    public const double WrongReward = -20;

    /// <summary>P(A) after evidence: the answers A heard less the answers B, each as likely at first.</summary>
    public static double Belief(int evidence)
    {
        var (forA, forB) = (Math.Pow(AnswerAccuracy, Math.Max(evidence, 0)), Math.Pow(1 - AnswerAccuracy, Math.Max(evidence, 0)));
        var (againstA, againstB) = (Math.Pow(1 - AnswerAccuracy, Math.Max(-evidence, 0)), Math.Pow(AnswerAccuracy, Math.Max(-evidence, 0)));
        return forA * againstA / ((forA * againstA) + (forB * againstB));
    }
}
