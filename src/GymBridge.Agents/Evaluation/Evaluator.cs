using GymBridge.Agents.Collecting;
using GymBridge.Agents.Randomness;
using GymBridge.Seeding;
using GymBridge.Wrappers;

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
        using var held = new HeldNormalizations(policy, env);
        var memory = policy.CreateMemory(env.NumEnvs, isPreprocessed: !env.SingleObservationSpace.Equals(policy.ObservationSpace) || held.IsPreprocessed);
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
            policy.Act(step.Observations, actions, deterministic, streams, policy.Module.UsesMasks || policy.Module.UsesReference ? step.Infos : null, memory);
            env.Step(actions, step);
            var rewards = held.Rewards(step);
            var mustCut = false;
            for (var lane = 0; lane < lanes.Length; lane++)
            {
                ref var at = ref lanes[lane];
                var ended = step.Terminated[lane] || step.Truncated[lane];
                if (at.IsResetting)
                {
                    at.IsResetting = false;
                    memory.Start(lane);
                    continue;
                }

                at.Return += rewards[lane];
                at.Length++;
                var isCut = !ended && at.Length >= maxEpisodeSteps;
                mustCut |= isCut && at.Done < at.Share;
                if (!ended && !isCut)
                {
                    continue;
                }

                var end = EpisodeEnd.Of(step, lane);
                if ((end.IsEnd || isCut) && at.Done < at.Share)
                {
                    returns.Add(end.Return ?? at.Return);
                    lengths.Add((int)(end.Length ?? at.Length));
                    cut += isCut ? 1 : 0;
                    at.Done++;
                }

                if (end.IsEnd || isCut)
                {
                    (at.Return, at.Length) = (0, 0);
                }

                at.IsResetting = ended && env.AutoresetMode == AutoresetMode.NextStep;
                if (ended && !at.IsResetting)
                {
                    memory.Start(lane);
                }
            }

            if (mustCut && returns.Count < episodes)
            {
                Restart(env, step, lanes);
                memory.Start();
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

        if (!Reads(policy, env) || !env.SingleActionSpace.Equals(policy.ActionSpace))
        {
            throw new ArgumentException(
                $"The policy was trained on {policy.ObservationSpace} and {policy.ActionSpace}, the environment has {env.SingleObservationSpace} and {env.SingleActionSpace}.",
                nameof(env));
        }
    }

    // Stacked already, or normalised by wrappers whose moments can be those of the policy.
    private static bool Reads(Policy policy, VectorEnv env) => env.SingleObservationSpace.Equals(policy.ObservationSpace)
        || (policy.Preprocessing is { } preprocessing
            && env.SingleObservationSpace.Equals(preprocessing.Space)
            && (preprocessing.Normalizations.Count == 0 || ObservationPreprocessing.Of(env)?.ToString() == preprocessing.ToString()));

    private struct Lane
    {
        public double Return;
        public int Length;
        public int Share;
        public int Done;
        public bool IsResetting;
    }
}
