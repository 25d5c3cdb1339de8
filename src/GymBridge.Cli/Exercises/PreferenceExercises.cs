using GymBridge.Agents.Formulas;

namespace GymBridge.Cli.Exercises;

/// <summary>Learning from preferences.</summary>
internal static class PreferenceExercises
{
    public static Exercise BradleyTerryFit { get; } = new(
        "X9",
        "Rewards from comparisons",
        "Which of two completions is preferred, given their rewards 1.2 and 0.5; and the outcomes of thirty comparisons of three items.",
        "P(w before l) = sigma(r_w - r_l); the fit minimises -sum log sigma(r_w - r_l) over the rewards",
        (_, _) =>
        {
            var strengths = BradleyTerry.Strengths(new double[,] { { 0, 7, 9 }, { 3, 0, 6 }, { 1, 4, 0 } });
            return
            [
                new("P(1.2 before 0.5)", BradleyTerry.Probability(1.2, 0.5)),
                new("negative log-likelihood", BradleyTerry.NegativeLogLikelihood(1.2, 0.5)),
                new("rewards of three items", strengths),
                new("P(0 before 1), P(0 before 2), P(1 before 2)", [Before(0, 1), Before(0, 2), Before(1, 2)]),
            ];

            double Before(int i, int j) => BradleyTerry.Probability(strengths[i], strengths[j]);
        },
        "Only differences of rewards can be seen in comparisons: the zero is free, and here chosen so that they sum to 0. A reward model learns no more than that.");

    public static Exercise DirectPreferenceLoss { get; } = new(
        "X10",
        "The loss of DPO on one pair",
        "Which of two completions is preferred. Their log-probabilities are -12 and -14.5 under the policy, -13 and -13.5 under the reference.",
        "h = beta [(log pi_w - log ref_w) - (log pi_l - log ref_l)], L = softplus(-h), dL / dlog pi_w = -beta sigma(-h); beta 0.1",
        (_, _) =>
        {
            var pair = DirectPreference.OfPair(-12, -14.5, -13, -13.5, beta: 0.1);
            return
            [
                new("h", pair.Margin),
                new("loss", pair.Loss),
                new("dL / dlog pi_w", pair.Gradient),
                new("implicit rewards", [pair.PreferredReward, pair.RejectedReward]),
                new("loss of the reference itself", DirectPreference.SigmoidLoss([0])[0]),
            ];
        },
        "The policy is its own reward model: beta (log pi - log ref) is the reward that it would be best for. At the start the loss is log 2, and it falls even where both log-probabilities do.");
}
