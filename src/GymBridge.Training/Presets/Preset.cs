namespace GymBridge.Training.Presets;

/// <summary>Hyperparameters for one environment, as text under rl-zoo's keys.</summary>
/// <param name="Name">Its name in the file: an environment id, or <c>default</c>.</param>
/// <param name="Source">Where it stands, for messages and <c>--print-config</c>: <c>preset ppo/CartPole-v1</c>.</param>
/// <param name="Values">Values by key, in the file's order.</param>
public sealed record Preset(string Name, string Source, IReadOnlyList<KeyValuePair<string, string>> Values);
