using System.Numerics;
using GymBridge.Values;

namespace GymBridge.Checking;

/// <summary>Tries out whether an environment keeps the contract, before learning code finds out the hard way.</summary>
/// <remarks>Source: <c>gymnasium/utils/env_checker.py</c> and <c>passive_env_checker.py</c> 1.4.0. What the C# types already
/// guarantee (five results, info, flags) needs no check. Beyond Gymnasium's, which looks at the first step alone, a run of many steps is
/// looked at. The environment is reset and stepped, and drawn where it was made with a render mode; it is not closed.</remarks>
public static class EnvChecker
{
    /// <summary>How many steps a check takes where nothing else is said.</summary>
    public const int DefaultSteps = 200;

    private const int DrawnSteps = 3;
    private const int Seed = 123;
    private const int OtherSeed = 456;

    /// <summary>Checks that an environment keeps the contract: spaces, types, seeds, order of calls.</summary>
    /// <param name="env">An environment without wrappers.</param>
    /// <param name="steps">Steps of a run with sampled actions, beginning with <c>reset(seed=123)</c> and going on after each end of an episode.</param>
    /// <returns>What is legal but questionable, in whole sentences; empty if there is nothing.</returns>
    /// <exception cref="GymBridgeException">The environment breaks the contract; the message says how.</exception>
    public static IReadOnlyList<string> Check(Env env, int steps = DefaultSteps)
    {
        ArgumentNullException.ThrowIfNull(env);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        var warnings = new List<string>();
        if (!ReferenceEquals(env, env.Unwrapped))
        {
            warnings.Add(
                $"The environment ({env}) is different from the unwrapped version ({env.Unwrapped}). This could effect the environment checker as the environment most likely has a wrapper applied to it. We recommend using the raw environment for `check_env` using `env.unwrapped`.");
        }

        PassiveChecks.CheckSpace(env.ActionSpace, "action", warnings.Add);
        SpaceLimits.Check(env.ActionSpace, "action", warnings.Add);
        PassiveChecks.CheckSpace(env.ObservationSpace, "observation", warnings.Add);
        SpaceLimits.Check(env.ObservationSpace, "observation", warnings.Add);
        CheckReset(env);
        CheckOptions(env);
        CheckStep(env, warnings);
        CheckFreshObservations(env);
        CheckRun(env, steps, warnings);
        PassiveChecks.CheckRenderModes(env, warnings.Add);
        if (env.RenderMode is not null)
        {
            warnings.AddRange(CheckRendering(env));
        }

        return warnings;
    }

    /// <summary>Checks what an environment draws after a reset and after each of a few steps.</summary>
    /// <param name="env">An environment without wrappers, made with a render mode.</param>
    /// <returns>What is not as the mode wants it, in whole sentences; empty if there is nothing.</returns>
    /// <exception cref="ArgumentException">It was made without a render mode.</exception>
    public static IReadOnlyList<string> CheckRendering(Env env)
    {
        ArgumentNullException.ThrowIfNull(env);
        var mode = env.RenderMode ?? throw new ArgumentException($"{env} was made without a render mode and draws nothing; make it with one.", nameof(env));
        var warnings = new List<string>();
        env.ActionSpace.Seed(0);
        env.ResetObject(Seed);
        PassiveChecks.CheckFrame(mode, env.Render(), warning => AddOnce(warnings, warning));
        for (var i = 0; i < DrawnSteps; i++)
        {
            var ended = env.StepObject(env.ActionSpace.Sample()).Ended;
            PassiveChecks.CheckFrame(mode, env.Render(), warning => AddOnce(warnings, warning));
            if (ended)
            {
                env.ResetObject();
            }
        }

        return warnings;
    }

    private static void CheckReset(Env env)
    {
        var first = Observe(env, env.ResetObject(Seed).Observation, "reset");
        var state = env.Rng.State;
        if (env.RngSeed != new BigInteger(Seed))
        {
            throw new GymBridgeException($"Expects the seed of the generator to be {Seed} after `reset(seed={Seed})`, actual: {env.RngSeed}; use the Rng of Env and no other.");
        }

        var following = env.ResetObject().Observation;
        var second = env.ResetObject(Seed).Observation;
        if (env.Spec is not { Nondeterministic: true } && !ValueEquality.AreEqual(first, second))
        {
            throw new GymBridgeException(
                $"Deterministic step observations are not equivalent for the same seed: `env.reset(seed={Seed})` gave {PythonText.Repr(first)} and then {PythonText.Repr(second)}; draw all randomness from Rng.");
        }

        if (env.Rng.State != state)
        {
            throw new GymBridgeException($"Most likely the environment reset function does not use the seeded generator: its state differs after two calls of `env.reset(seed={Seed})`.");
        }

        Observe(env, following, "reset");
        var followingAgain = env.ResetObject().Observation;
        if (env.Spec is not { Nondeterministic: true } && !ValueEquality.AreEqual(following, followingAgain))
        {
            throw new GymBridgeException("The observation of the reset that follows a seeded one differs between two runs with the same seed; draw all randomness from Rng.");
        }

        env.ResetObject(OtherSeed);
        if (env.Rng.State == state)
        {
            throw new GymBridgeException($"The generator is in the same state after `env.reset(seed={Seed})` and `env.reset(seed={OtherSeed})`; do not reseed it in OnReset.");
        }
    }

    private static void CheckOptions(Env env) => Observe(env, env.ResetObject(Seed, new Info()).Observation, "reset with options={}");

    private static void CheckStep(Env env, List<string> warnings)
    {
        env.ActionSpace.Seed(0);
        var action = env.ActionSpace.Sample();
        env.ResetObject(Seed);
        var first = env.StepObject(action);
        var state = env.Rng.State;
        Observe(env, first.Observation, "step");
        PassiveChecks.CheckReward(first.Reward, warnings.Add);
        env.ResetObject(Seed);
        var second = env.StepObject(action);
        if (env.Spec is not { Nondeterministic: true })
        {
            Same(first.Observation, second.Observation, "observations");
            Same(first.Reward, second.Reward, "rewards");
            Same(first.Terminated, second.Terminated, "terminations");
            Same(first.Info, second.Info, "info");
            Same(state, env.Rng.State, "states of the generator");
        }

        if (first.Truncated || second.Truncated)
        {
            throw new GymBridgeException("The first step after a reset is truncated; leave time limits to the TimeLimit wrapper.");
        }

        static void Same(object a, object b, string what)
        {
            if (!ValueEquality.AreEqual(a, b))
            {
                throw new GymBridgeException(
                    $"Deterministic step {what} are not equivalent for the same seed and action: {PythonText.Repr(a)} and {PythonText.Repr(b)}.");
            }
        }
    }

    // Callers keep observations: one that a later step changes would be wrong in every buffer.
    private static void CheckFreshObservations(Env env) => env.Accept(new FreshObservations());

    private static void CheckRun(Env env, int steps, List<string> warnings)
    {
        env.ActionSpace.Seed(0);
        env.ResetObject(Seed);
        for (var i = 1; i <= steps; i++)
        {
            var step = env.StepObject(env.ActionSpace.Sample());
            var place = $" at step {i} after `reset(seed={Seed})`";
            Observe(env, step.Observation, "step", place);
            PassiveChecks.CheckReward(step.Reward, warning => AddOnce(warnings, warning));
            if (step.Ended)
            {
                Observe(env, env.ResetObject().Observation, "reset", place);
            }
        }
    }

    private static void AddOnce(List<string> warnings, string warning)
    {
        if (!warnings.Contains(warning))
        {
            warnings.Add(warning);
        }
    }

    private static object Observe(Env env, object observation, string method, string place = "") => env.ObservationSpace.Contains(observation)
        ? observation
        : throw new GymBridgeException(
            $"The obs returned by the `{method}()` method{place} is not within the observation space: {PythonText.Repr(observation)} is not in {env.ObservationSpace}.");

    private sealed class FreshObservations : IEnvVisitor<bool>
    {
        public bool Visit<TObservation, TAction>(Env<TObservation, TAction> env)
        {
            var kept = env.Reset(Seed).Observation;
            var before = env.ToNatural(kept);
            env.ActionSpace.Seed(0);
            for (var i = 0; i < 3; i++)
            {
                var step = env.StepObject(env.ActionSpace.Sample());
                if (step.Ended)
                {
                    break;
                }
            }

            return ValueEquality.AreEqual(before, env.ToNatural(kept))
                ? true
                : throw new GymBridgeException("An observation changed after it was returned; return a fresh array from every reset and step.");
        }
    }
}
