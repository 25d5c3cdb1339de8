using GymBridge.Agents;
using GymBridge.Agents.Options;
using GymBridge.Environments;

namespace GymBridge.Benchmarks.Figures;

/// <summary>Floating-point operations of the matrix products in one gradient step on replayed transitions; a multiply-add counts as two.</summary>
/// <remarks>A product forward, and two backward: by its weights, and by its inputs but for the first layer's, which need no gradient.</remarks>
internal static class ReplayUpdate
{
    /// <summary>Of an algorithm's options on an environment with flat observations; null where it learns otherwise.</summary>
    public static double? Operations(AlgorithmOptions options, string envId)
    {
        using var env = EnvironmentCatalog.CreateRegistry().Make(envId);
        var (features, actions) = (env.ObservationSpace.FlatDimension(), env.ActionSpace.FlatDimension());
        return options switch
        {
            DqnOptions dqn => Dqn(dqn, features, actions),
            SacOptions sac => Sac(sac, features, actions),
            _ => null,
        };
    }

    // Q of the next observations by the target, and forward and backward of Q of the observations.
    private static double Dqn(DqnOptions options, int features, int actions)
    {
        var (first, rest) = MultiplyAdds(options.HiddenSizes, features, actions);
        var all = first + rest;
        return 2.0 * options.BatchSize * (all + all + (2 * all) - first);
    }

    // Targets: the actor and two critics. The critics: forward and backward. The actor: forward, two critics forward, back through the
    // critics to the actions, and backward.
    private static double Sac(SacOptions options, int features, int actions)
    {
        var (actorFirst, actorRest) = MultiplyAdds(options.HiddenSizes, features, 2 * actions);
        var (criticFirst, criticRest) = MultiplyAdds(options.HiddenSizes, features + actions, 1);
        var (actor, critics) = (actorFirst + actorRest, 2 * (criticFirst + criticRest));
        var targets = actor + critics;
        var ofCritics = (3 * critics) - (2 * criticFirst);
        var ofActor = actor + critics + critics + (2 * actor) - actorFirst;
        return 2.0 * options.BatchSize * (targets + ofCritics + ofActor);
    }

    private static (long First, long Others) MultiplyAdds(IReadOnlyList<int> hidden, int inputs, int outputs)
    {
        var rest = (long)hidden[^1] * outputs;
        for (var layer = 1; layer < hidden.Count; layer++)
        {
            rest += (long)hidden[layer - 1] * hidden[layer];
        }

        return ((long)inputs * hidden[0], rest);
    }
}
