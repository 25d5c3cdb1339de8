using static TorchSharp.torch;

namespace GymBridge.Agents.Policies;

/// <summary>Acts greedily on the observations of an environment.</summary>
internal static class GreedyActions
{
    public static void Act(CategoricalPolicy policy, ObservationEncoder encoder, Columns observations, Columns actions)
    {
        var features = new float[observations.Lanes * encoder.Features];
        encoder.Encode(observations, features);
        using var input = tensor(features, [observations.Lanes, encoder.Features]);
        var chosen = new long[observations.Lanes];
        policy.Greedy(input, chosen);
        policy.WriteActions(chosen, actions);
    }
}
