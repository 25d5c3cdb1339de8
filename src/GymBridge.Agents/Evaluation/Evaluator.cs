using GymBridge.Seeding;

namespace GymBridge.Agents.Evaluation;

/// <summary>Runs an agent greedily for whole episodes.</summary>
public static class Evaluator
{
    /// <summary>Evaluates an agent in one lane.</summary>
    /// <param name="agent">The agent.</param>
    /// <param name="env">One lane, autoreset SameStep; the caller owns it.</param>
    /// <param name="episodes">Number of episodes.</param>
    /// <param name="seed">Seed of the first reset.</param>
    /// <param name="cancellation">Ends the evaluation between two steps.</param>
    /// <exception cref="ArgumentException">The environment has other lanes, autoreset or spaces, or no episode is asked for.</exception>
    public static EvaluationResult Run(Agent agent, VectorEnv env, int episodes, Seed seed, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        if (env.NumEnvs != 1 || env.AutoresetMode != AutoresetMode.SameStep)
        {
            throw new ArgumentException(
                $"Evaluation needs one lane with autoreset SameStep, got {env.NumEnvs} with {env.AutoresetMode}.", nameof(env));
        }

        if (!env.SingleObservationSpace.Equals(agent.ObservationSpace) || !env.SingleActionSpace.Equals(agent.ActionSpace))
        {
            throw new ArgumentException(
                $"The agent was trained on {agent.ObservationSpace} and {agent.ActionSpace}, the environment has {env.SingleObservationSpace} and {env.SingleActionSpace}.",
                nameof(env));
        }

        var step = env.CreateStep();
        var actions = env.CreateActions();
        var (returns, lengths) = (new List<double>(episodes), new List<int>(episodes));
        var (total, length) = (0.0, 0);
        env.Reset(step, seed);
        while (returns.Count < episodes)
        {
            cancellation.ThrowIfCancellationRequested();
            agent.ActGreedily(step.Observations, actions);
            env.Step(actions, step);
            total += step.Rewards[0];
            length++;
            if (step.Terminated[0] || step.Truncated[0])
            {
                returns.Add(total);
                lengths.Add(length);
                (total, length) = (0.0, 0);
            }
        }

        return new EvaluationResult(returns, lengths);
    }
}
