using GymBridge.Seeding;
using GymBridge.Spaces;

namespace GymBridge.Wrappers;

/// <summary>Takes from observations and infos what <see cref="AtariPreprocessing"/> needs of an Atari environment that is somewhere else:
/// a game of Python's <c>ale_py</c> that gives raw frames.</summary>
internal static class AtariFrames
{
    /// <summary>The environment itself where it is an <see cref="IAtariEnv"/>; else a wrapper around it that stands for one.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="isGray">Whether frames are wanted in gray.</param>
    /// <exception cref="ArgumentException">It gives no raw frames, or has none of a game's attributes.</exception>
    public static (Env Env, IAtariEnv Atari) Of(Env env, bool isGray)
    {
        if (env.Unwrapped is IAtariEnv atari)
        {
            return (env, atari);
        }

        if (!env.HasWrapperAttr("get_action_meanings") || env.GetWrapperAttr("get_action_meanings") is not EnvMethod meanings)
        {
            throw new ArgumentException(
                $"AtariPreprocessing takes lives and frames from the environment inside, which must implement {nameof(IAtariEnv)} or be a game of ale_py; {env.Unwrapped} is neither.",
                nameof(env));
        }

        if (env.ObservationSpace is not Box { DType: DType.UInt8 } box || box.Shape.Length != (isGray ? 2 : 3))
        {
            throw new ArgumentException(
                $"AtariPreprocessing needs the raw frames {(isGray ? "in gray: make the game with obs_type grayscale" : "in colours: make the game with obs_type rgb")} and frameskip 1; it gives {env.ObservationSpace}.",
                nameof(env));
        }

        string[] names = [.. (meanings([], Info.Empty) as IEnumerable<object?> ?? []).Select(name => name as string ?? string.Empty)];
        var frames = env.Accept(new Visitor(names, FrameSkipOf(env), isGray));
        return (frames, (IAtariEnv)frames);
    }

    private static int? FrameSkipOf(Env env) => env.HasWrapperAttr("_frameskip") && env.GetWrapperAttr("_frameskip") is long skip ? (int)skip : null;

    private sealed class Visitor(IReadOnlyList<string> meanings, int? frameSkip, bool isGray) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new Wrapped<TObservation, TAction>(env, meanings, frameSkip, isGray);
    }

    private sealed class Wrapped<TObservation, TAction>(Env<TObservation, TAction> env, IReadOnlyList<string> meanings, int? frameSkip, bool isGray)
        : Wrapper<TObservation, TAction>(env), IAtariEnv
    {
        private NDArray? _frame;

        public int? FrameSkip => frameSkip;

        public IReadOnlyList<string> ActionMeanings => meanings;

        public int Lives { get; private set; }

        private protected override string Name => nameof(AtariFrames);

        public void GetScreenGrayscale(Span<byte> screen) => Copy(screen, isGray);

        public void GetScreenRgb(Span<byte> screen) => Copy(screen, !isGray);

        protected override ResetResult<TObservation> OnReset(Seed? seed, Info? options)
        {
            var result = base.OnReset(seed, options);
            Keep(result.Observation, result.Info);
            return result;
        }

        protected override StepResult<TObservation> OnStep(TAction action)
        {
            var result = base.OnStep(action);
            Keep(result.Observation, result.Info);
            return result;
        }

        private void Keep(TObservation observation, Info info)
        {
            _frame = (NDArray)Inner.ToNatural(observation);
            Lives = info.TryGetValue("lives", out var lives) && lives is long count
                ? (int)count
                : throw new GymBridgeException($"The info of {this} has no 'lives', which a game of ale_py gives; AtariPreprocessing needs them.");
        }

        private void Copy(Span<byte> screen, bool isHere)
        {
            if (!isHere || _frame is null)
            {
                throw new GymBridgeException($"The environment gives frames in {(isGray ? "gray" : "colours")} alone, and none before its first reset.");
            }

            _frame.Bytes.CopyTo(screen);
        }
    }
}
