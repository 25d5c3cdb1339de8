using GymBridge.Agents.Randomness;
using GymBridge.Seeding;

namespace GymBridge.Agents.Evaluation;

/// <summary>Runs a policy for whole episodes.</summary>
internal static class Evaluator
{
    public static EvaluationResult Run(
        Policy policy, VectorEnv env, int episodes, Seed seed, bool deterministic, int maxEpisodeSteps, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(episodes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEpisodeSteps, 1);
        Check(policy, env);
        var step = env.CreateStep();
        var actions = env.CreateActions();
        var lanes = new Lane[env.NumEnvs];
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            // As stable_baselines3/common/evaluation.py: each lane brings its share, so that short episodes are not preferred.
            lanes[lane] = new Lane { Share = (episodes + lane) / lanes.Length };
        }

        var (returns, lengths, cut) = (new List<double>(episodes), new List<int>(episodes), 0);
        var streams = new LaneStreams(seed, StreamPurpose.Policy, lanes.Length);
        env.Reset(step, seed);
        while (returns.Count < episodes)
        {
            cancellation.ThrowIfCancellationRequested();
            policy.Act(step.Observations, actions, deterministic, streams, policy.Module.UsesMasks ? step.Infos : null);
            env.Step(actions, step);
            var mustCut = false;
            for (var lane = 0; lane < lanes.Length; lane++)
            {
                ref var at = ref lanes[lane];
                var ended = step.Terminated[lane] || step.Truncated[lane];
                if (at.IsResetting)
                {
                    at.IsResetting = false;
                    continue;
                }

                at.Return += step.Rewards[lane];
                at.Length++;
                var isCut = !ended && at.Length >= maxEpisodeSteps;
                mustCut |= isCut && at.Done < at.Share;
                if (!ended && !isCut)
                {
                    continue;
                }

                if (at.Done < at.Share)
                {
                    returns.Add(at.Return);
                    lengths.Add(at.Length);
                    cut += isCut ? 1 : 0;
                    at.Done++;
                }

                (at.Return, at.Length) = (0, 0);
                at.IsResetting = ended && env.AutoresetMode == AutoresetMode.NextStep;
            }

            if (mustCut && returns.Count < episodes)
            {
                Restart(env, step, lanes);
            }
        }

        return new EvaluationResult(returns, lengths, cut);
    }

    // Not every vector environment resets some lanes alone; the others lose the episode that they had begun.
    private static void Restart(VectorEnv env, VectorStep step, Lane[] lanes)
    {
        env.Reset(step);
        for (var lane = 0; lane < lanes.Length; lane++)
        {
            (lanes[lane].Return, lanes[lane].Length, lanes[lane].IsResetting) = (0, 0, false);
        }
    }

    private static void Check(Policy policy, VectorEnv env)
    {
        if (env.AutoresetMode == AutoresetMode.Disabled)
        {
            throw new ArgumentException("Evaluation needs an environment that resets its lanes by itself; make it with autoreset SameStep or NextStep, not Disabled.", nameof(env));
        }

        if (!env.SingleObservationSpace.Equals(policy.ObservationSpace) || !env.SingleActionSpace.Equals(policy.ActionSpace))
        {
            throw new ArgumentException(
                $"The policy was trained on {policy.ObservationSpace} and {policy.ActionSpace}, the environment has {env.SingleObservationSpace} and {env.SingleActionSpace}.",
                nameof(env));
        }
    }

    private struct Lane
    {
        public double Return;
        public int Length;
        public int Share;
        public int Done;
        public bool IsResetting;
    }
}
