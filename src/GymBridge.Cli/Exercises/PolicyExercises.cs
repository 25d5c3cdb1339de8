using GymBridge.Agents.Formulas;

namespace GymBridge.Cli.Exercises;

/// <summary>Policies and their gradients.</summary>
internal static class PolicyExercises
{
    // Learners compute advantages in float32.
    private const int SingleDigits = 6;

    public static Exercise EpsilonGreedy { get; } = new(
        "X5",
        "The distribution of epsilon-greedy",
        "The action A, drawn from an epsilon-greedy policy over Q = [1, 2, 2, 0] with epsilon 0.1.",
        "pi(a) = epsilon / K, and 1 - epsilon more for the best action, shared by equally good ones",
        (_, _) =>
        {
            var (split, first) = (new double[4], new double[4]);
            ActionProbabilities.EpsilonGreedy([1, 2, 2, 0], 0.1, splitsTies: true, split);
            ActionProbabilities.EpsilonGreedy([1, 2, 2, 0], 0.1, splitsTies: false, first);
            return [new("pi", split), new("pi, the first of equal actions has it all", first)];
        },
        "Random actions include the best ones, and every action stays possible. An argmax that takes the first of equal actions makes another policy of the same numbers.");

    public static Exercise SoftmaxGradient { get; } = new(
        "X6",
        "The policy gradient of two actions",
        "The action A of pi = softmax([0.2, -0.3]), and its reward: 1 for action 0, 0 for action 1.",
        "grad J = E[R grad log pi(A)] = pi (q - J); one sample says (R - b)(e_A - pi)",
        (_, _) =>
        {
            var policy = new SoftmaxPolicy([0.2, -0.3], [1, 0]);
            return
            [
                new("pi", policy.Probabilities),
                new("grad J", policy.Gradient),
                new("one sample: action 0, reward 1", policy.SampleGradient(0, 1, 0)),
                new("the same with baseline 0.5", policy.SampleGradient(0, 1, 0.5)),
            ];
        },
        "What was rewarded gets more likely and the rest less, so that the numbers sum to 0. A baseline changes each sample, and not their mean.");

    public static Exercise Advantages { get; } = new(
        "X7",
        "Generalized advantages where an episode ends",
        "Rewards 1, 0, -1, 2, 0.5, 1 and values 0.5, 0.4, 0.3, 0.2, 0.1, 0.6 of six steps, 0.7 after them; the third step ends an episode, by itself or by a time limit with 0.9 beyond.",
        "delta_t = R_t+1 + gamma (1 - terminated) V(s_t+1) - V(s_t); A_t = delta_t + gamma lambda (1 - ended) A_t+1; gamma 0.99, lambda 0.95",
        (_, _) => [new("A, terminated", Advantage(isTerminated: true)), new("A, truncated", Advantage(isTerminated: false))],
        "Both ends cut the sum, but only the task's own end is worth nothing: a time limit has a future, and calling it an end teaches that time is a failure. The end of a rollout is no end either.");

    public static Exercise Surrogate { get; } = new(
        "X8",
        "PPO's clipped surrogate",
        "The probability ratio rho = pi(A|S) / pi_old(A|S) of an action whose advantage was +1 or -1.",
        "L = min(rho A, clip(rho, 0.8, 1.2) A), and dL / drho",
        (_, _) =>
        [
            .. new (double Advantage, double Ratio)[] { (1, 0.5), (1, 1), (1, 1.5), (-1, 0.5), (-1, 1), (-1, 1.5) }
                .Select(item => new ExerciseNumbers($"A = {item.Advantage:+0;-0}, rho = {item.Ratio}: L and its slope", Clipped(item.Advantage, item.Ratio))),
        ],
        "A good action is not pushed beyond 1.2, a bad one not below 0.8: there the slope is 0. But a bad action that became more likely is pushed back, however far: the clip is a brake, not a fence.");

    private static double[] Advantage(bool isTerminated)
    {
        var (advantages, returns) = (new float[6], new float[6]);
        GeneralizedAdvantage.Compute(
            [1, 0, -1, 2, 0.5, 1],
            [0.5f, 0.4f, 0.3f, 0.2f, 0.1f, 0.6f],
            [0.4f, 0.3f, 0.9f, 0.1f, 0.6f, 0.7f],
            [false, false, isTerminated, false, false, false],
            [false, false, !isTerminated, false, false, false],
            1,
            0.99,
            0.95,
            advantages,
            returns);
        return Array.ConvertAll(advantages, value => Math.Round((double)value, SingleDigits));
    }

    private static double[] Clipped(double advantage, double ratio)
    {
        var (loss, gradient) = GroupPolicyLoss.OfToken(ratio, advantage, 0.2);
        return [-loss, -gradient];
    }
}
