using GymBridge.Agents.Completions;
using GymBridge.Environments.Teaching;

namespace GymBridge.Agents.Tests;

/// <summary>The tasks of the token environments as problems that the agents know.</summary>
internal static class TokenProblems
{
    public static CompletionProblem Of(TokenTask task) =>
        new(task.Prompts, task.MaxLength, Tokens.Count, Tokens.End, task.ReferenceLogProbabilities);

    /// <summary>The preference task's data set, preferred completion first.</summary>
    public static List<PreferenceExample> Preferences(PreferenceTask task) =>
    [
        .. task.Pairs().Select(pair => pair.PrefersFirst
            ? new PreferenceExample(pair.Prompt, pair.First, pair.Second)
            : new PreferenceExample(pair.Prompt, pair.Second, pair.First)),
    ];

    /// <summary>Pairs that the gold reward tells apart, the better one first.</summary>
    public static List<PreferenceExample> GoldRanking(PreferenceTask task, IEnumerable<PreferenceExample> examples)
    {
        var ranked = new List<PreferenceExample>();
        foreach (var example in examples)
        {
            var (a, b) = (task.GoldReward(example.Prompt, [.. example.Preferred]), task.GoldReward(example.Prompt, [.. example.Rejected]));
            if (a != b)
            {
                ranked.Add(a > b ? example : new PreferenceExample(example.Prompt, example.Rejected, example.Preferred));
            }
        }

        return ranked;
    }
}
