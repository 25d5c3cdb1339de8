using GymBridge.Registration;

namespace GymBridge.Training.Logging;

/// <summary>Under which names metrics go into event files.</summary>
public sealed class MetricTags
{
    private readonly IReadOnlyDictionary<string, Tag>? _tags;

    private MetricTags(string name, IReadOnlyDictionary<string, Tag>? tags)
    {
        Name = name;
        _tags = tags;
    }

    /// <summary>Stable-Baselines3's names, which GymBridge uses everywhere: <c>rollout/ep_rew_mean</c>.</summary>
    public static MetricTags StableBaselines3 { get; } = new("sb3", null);

    /// <summary>CleanRL's: <c>charts/episodic_return</c>, <c>losses/policy_loss</c>; entropy is positive there.</summary>
    /// <remarks>Source: vwxyzjn/cleanrl, cleanrl/ppo.py, dqn.py, sac_continuous_action.py.</remarks>
    public static MetricTags CleanRL { get; } = new("cleanrl", new Dictionary<string, Tag>(StringComparer.Ordinal)
    {
        ["rollout/ep_rew_mean"] = new("charts/episodic_return"),
        ["rollout/ep_len_mean"] = new("charts/episodic_length"),
        ["rollout/exploration_rate"] = new("charts/epsilon"),
        ["time/fps"] = new("charts/SPS"),
        ["train/learning_rate"] = new("charts/learning_rate"),
        ["train/policy_gradient_loss"] = new("losses/policy_loss"),
        ["train/policy_loss"] = new("losses/policy_loss"),
        ["train/value_loss"] = new("losses/value_loss"),
        ["train/entropy_loss"] = new("losses/entropy", -1),
        ["train/approx_kl"] = new("losses/approx_kl"),
        ["train/clip_fraction"] = new("losses/clipfrac"),
        ["train/explained_variance"] = new("losses/explained_variance"),
        ["train/actor_loss"] = new("losses/actor_loss"),
        ["train/critic_loss"] = new("losses/qf_loss"),
        ["train/loss"] = new("losses/td_loss"),
        ["train/q_values"] = new("losses/q_values"),
        ["train/ent_coef"] = new("losses/alpha"),
        ["train/ent_coef_loss"] = new("losses/alpha_loss"),
        ["eval/mean_reward"] = new("eval/episodic_return"),
        ["eval/mean_ep_length"] = new("eval/episodic_length"),
    });

    /// <summary>Unity ML-Agents': <c>Environment/Cumulative Reward</c>.</summary>
    public static MetricTags MLAgents { get; } = new("mlagents", new Dictionary<string, Tag>(StringComparer.Ordinal)
    {
        ["rollout/ep_rew_mean"] = new("Environment/Cumulative Reward"),
        ["rollout/ep_len_mean"] = new("Environment/Episode Length"),
        ["train/learning_rate"] = new("Policy/Learning Rate"),
        ["train/policy_gradient_loss"] = new("Losses/Policy Loss"),
        ["train/policy_loss"] = new("Losses/Policy Loss"),
        ["train/value_loss"] = new("Losses/Value Loss"),
        ["train/entropy_loss"] = new("Policy/Entropy", -1),
    });

    /// <summary>All sets of names that there are.</summary>
    public static IReadOnlyList<MetricTags> All { get; } = [StableBaselines3, CleanRL, MLAgents];

    /// <summary>Its name on the command line: <c>sb3</c>, <c>cleanrl</c>, <c>mlagents</c>.</summary>
    public string Name { get; }

    /// <summary>Finds a set of names by its own name.</summary>
    /// <exception cref="ArgumentException">There are none of that name; the message lists those that exist.</exception>
    public static MetricTags Get(string name) => All.FirstOrDefault(tags => tags.Name == name)
        ?? throw new ArgumentException(
            $"Tags '{name}' are not known.{Suggestions.For(name, All.Select(tags => tags.Name))} Choose one of {string.Join(", ", All.Select(tags => tags.Name))}.");

    /// <summary>A metric under these tags; one that they do not have keeps its name.</summary>
    public KeyValuePair<string, double> Map(KeyValuePair<string, double> metric) =>
        _tags is not null && _tags.TryGetValue(metric.Key, out var tag) ? new(tag.Name, tag.Factor * metric.Value) : metric;

    private sealed record Tag(string Name, double Factor = 1);
}
