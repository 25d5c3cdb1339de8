using GymBridge.Agents.Networks;
using GymBridge.Agents.Observations;
using GymBridge.Agents.Options;

namespace GymBridge.Agents.Completions;

/// <summary>The networks of methods of alignment.</summary>
internal static class ReferenceNetworks
{
    /// <summary>What reads the observations: <see cref="FeatureNetworkKind.Auto"/> stands for one-hot where they are a window of tokens.</summary>
    public static TOptions Resolve<TOptions>(TOptions options, VectorEnv env)
        where TOptions : AlgorithmOptions
    {
        ArgumentNullException.ThrowIfNull(env);
        return options.Network == FeatureNetworkKind.Auto && TokenCount.Of(env.SingleObservationSpace) is not null
            ? options with { Network = FeatureNetworkKind.OneHot }
            : options;
    }

    /// <summary>The form of a policy that starts from the environment's reference policy.</summary>
    public static ActorCriticSpec Spec(IReadOnlyList<int> hiddenSizes, Activation activation) => new(hiddenSizes, activation, UsesReference: true);

    /// <summary>Refuses networks of a user's own: the frozen reference is a second one of the same form, which cannot be made of them.</summary>
    /// <exception cref="NotSupportedException">There are some.</exception>
    public static void Refuse(CustomNetworks? networks, string title)
    {
        if (networks?.Names.Count > 0)
        {
            throw new NotSupportedException($"{title} makes a frozen copy of its network, which cannot be done with networks of your own; use --network, HiddenSizes and Activation.");
        }
    }
}
