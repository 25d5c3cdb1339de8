namespace GymBridge.Training.Presets;

/// <summary>A value and where it came from.</summary>
/// <param name="Key">rl-zoo's key: <c>n_steps</c>.</param>
/// <param name="Value">The value as text.</param>
/// <param name="Source">Where it came from: <c>--num-steps</c>, <c>GYMBRIDGE_TRAIN_N_STEPS</c>, <c>my.yml</c>, <c>preset ppo/CartPole-v1</c>.</param>
public sealed record Setting(string Key, string Value, string Source);
