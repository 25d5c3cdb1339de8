namespace GymBridge.Agents.Completions;

/// <summary>Two completions of a prompt, of which one was preferred.</summary>
/// <param name="Prompt">Index of the prompt.</param>
/// <param name="Preferred">Tokens of the better one, up to its end.</param>
/// <param name="Rejected">Tokens of the other.</param>
public sealed record PreferenceExample(int Prompt, IReadOnlyList<int> Preferred, IReadOnlyList<int> Rejected);
