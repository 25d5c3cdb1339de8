using GymBridge.Agents.Formulas;
using GymBridge.Agents.Planning;

namespace GymBridge.Cli.Exercises;

/// <summary>Values of states and actions.</summary>
internal static class ValueExercises
{
    private const double Gamma = 0.9;

    // Learners compute advantages in float32.
    private const int SingleDigits = 6;

    public static Exercise Evaluation { get; } = new(
        "X1",
        "Value of the states of a chain",
        "The state S_t+1 and the reward R_t+1 that follow S_t, under a policy that goes left and right alike (Chain-v0: +1 for entering the right end, where it ends); and in RewardChain-v0, which nobody steers.",
        "V(s) = E[R_t+1 + gamma V(S_t+1) | S_t = s], gamma 0.9: the linear equations (I - gamma P) V = r",
        (source, _) =>
        {
            using var chain = source.Make("Chain-v0", new MakeOptions());
            using var rewards = source.Make("RewardChain-v0", new MakeOptions());
            var (model, unsteered) = (MdpModel.Of(chain), MdpModel.Of(rewards));
            return
            [
                new("V, left and right alike", PolicyEvaluation.Solve(model, TabularPolicy.Uniform(model), Gamma)),
                new("V of the best policy", ValueIteration.Solve(model, new PlanningSettings { Gamma = Gamma }).Values),
                new("V of the chain that nobody steers", PolicyEvaluation.Solve(unsteered, TabularPolicy.Uniform(unsteered), Gamma)),
            ];
        },
        "A state is worth what it leads to: nearer to the reward more, and less than the reward itself because the walk may turn back. The end is worth 0, nothing comes after it.");

    public static Exercise Backups { get; } = new(
        "X2",
        "Three backups of value iteration",
        "Nothing is sampled: the chain of X1 is known, and moves as told.",
        "V_k+1(s) = max over a of r(s, a) + gamma V_k(s'), V_0 = 0; the change max over s of |V_k+1(s) - V_k(s)|",
        (source, _) =>
        {
            using var chain = source.Make("Chain-v0", new MakeOptions());
            var model = MdpModel.Of(chain);
            var backups = FiniteHorizon.Solve(model, 3, Gamma);
            return
            [
                .. Enumerable.Range(1, 3).Select(k => new ExerciseNumbers($"V_{k}", backups[k])),
                new("greatest changes", [.. ValueIteration.Solve(model, new PlanningSettings { Gamma = Gamma }).Changes.Take(3)]),
            ];
        },
        "The reward travels one state further with each backup, and the change shrinks at least by gamma each time: after the second nothing changes any more.");

    public static Exercise Targets { get; } = new(
        "X3",
        "Monte Carlo return and TD target",
        "The rewards 1, 0, 2 of one episode; V = 0.5, 1, 1.5 is what was believed of its states.",
        "G_t = R_t+1 + gamma G_t+1; the TD target R_t+1 + gamma V(S_t+1), V = 0 after the end; gamma 0.9",
        (_, _) =>
        {
            double[] rewards = [1, 0, 2];
            var returns = new double[3];
            DiscountedReturns.RewardToGo(rewards, [false, false, true], Gamma, returns);
            var (errors, targets) = (new float[3], new float[3]);
            GeneralizedAdvantage.Compute(rewards, [0.5f, 1, 1.5f], [1, 1.5f, 0], [false, false, true], new bool[3], 1, Gamma, 0, errors, targets);
            return [new("G", returns), new("TD targets", Doubles(targets)), new("TD errors", Doubles(errors))];
        },
        "The return knows what happened and nothing else: no bias, much noise. The target knows one reward and believes the rest: little noise, and wrong as long as V is.");

    public static Exercise Updates { get; } = new(
        "X4",
        "SARSA and Q-learning on the same transition",
        "The reward R = 1, the next state with Q = [2, 3], and there the next action: 0 was taken, the policy is epsilon-greedy with epsilon 0.2. Q(s, a) = 1.",
        "Q <- Q + alpha (R + gamma x - Q), alpha 0.1, gamma 0.9: x is Q(s', a') (SARSA), max Q(s', .) (Q-learning), sum pi Q(s', .) (Expected SARSA), 0 where the episode ended",
        (_, _) =>
        {
            const double Value = 1, Reward = 1, Alpha = 0.1;
            double[] next = [2, 3];
            return
            [
                new("SARSA", ActionValueTargets.Move(Value, ActionValueTargets.Sarsa(Reward, Gamma, next[0], terminated: false), Alpha)),
                new("Q-learning", ActionValueTargets.Move(Value, ActionValueTargets.QLearning(Reward, Gamma, next, terminated: false), Alpha)),
                new("Expected SARSA", ActionValueTargets.Move(Value, ActionValueTargets.ExpectedSarsa(Reward, Gamma, next, 0.2, terminated: false), Alpha)),
                new("at the end of an episode", ActionValueTargets.Move(Value, ActionValueTargets.QLearning(Reward, Gamma, next, terminated: true), Alpha)),
            ];
        },
        "The same transition, three numbers: SARSA learns what its own exploring policy is worth, Q-learning what the best would be. Near a cliff that is the difference between the safe and the short way.");

    private static double[] Doubles(float[] values) => Array.ConvertAll(values, value => Math.Round((double)value, SingleDigits));
}
