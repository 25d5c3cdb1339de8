namespace GymBridge.Environments.Teaching;

/// <summary>Two completions of a prompt and which one a judge prefers.</summary>
/// <param name="Prompt">Index of the prompt.</param>
/// <param name="First">Tokens of one completion.</param>
/// <param name="Second">Tokens of the other.</param>
/// <param name="PrefersFirst">Whether the judge prefers the first.</param>
public sealed record PreferencePair(int Prompt, IReadOnlyList<int> First, IReadOnlyList<int> Second, bool PrefersFirst);
