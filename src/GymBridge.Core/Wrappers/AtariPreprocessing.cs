using System.Numerics;
using GymBridge.Seeding;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Prepares Atari frames in the usual way: random start, skipped frames, the greater of the last two, size and gray.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="options">How frames are prepared; null for the usual way.</param>
    /// <exception cref="ArgumentException">The environment is no <see cref="IAtariEnv"/> or skips frames itself, or an option is out of range.</exception>
    public static Env AtariPreprocessing(this Env env, AtariPreprocessingOptions? options = null) => Wrappers.AtariPreprocessing.Wrap(env, options);

    /// <inheritdoc cref="AtariPreprocessing(Env, AtariPreprocessingOptions?)"/>
    public static Env<NDArray, TAction> AtariPreprocessing<TObservation, TAction>(
        this Env<TObservation, TAction> env, AtariPreprocessingOptions? options = null) =>
        (Env<NDArray, TAction>)((Env)env).AtariPreprocessing(options);
}

/// <summary>The usual preparation of Atari frames: random start, skipped frames, the greater of the last two, size and gray.</summary>
/// <remarks>
/// Frames do not come from observations but from <see cref="IAtariEnv"/>, which the environment without wrappers must be; of a game of
/// ale_py in Python they are the observations, which must be raw frames. When
/// an episode ends between two observations, the buffers still hold what earlier steps left there, as in Gymnasium.
/// Source: <c>gymnasium/wrappers/atari_preprocessing.py</c> 1.4.0; Machado et al. 2018, arXiv:1709.06009.
/// </remarks>
internal static class AtariPreprocessing
{
    private const float LargestByte = byte.MaxValue;

    /// <summary>Wraps an Atari environment, which must take one frame for each step if this wrapper skips any.</summary>
    /// <param name="env">The environment; its observations are a Box of images.</param>
    /// <param name="options">How frames are prepared; null for the usual way.</param>
    /// <exception cref="ArgumentException">The environment is no <see cref="IAtariEnv"/> or skips frames itself, or an option is out of range.</exception>
    public static Env Wrap(Env env, AtariPreprocessingOptions? options = null)
    {
        options ??= new AtariPreprocessingOptions();
        (env, var atari) = AtariFrames.Of(env, options.GrayscaleObs);
        Check(atari, options);
        var box = env.ObservationSpace as Box
            ?? throw new ArgumentException($"AtariPreprocessing wrapper requires a Box observation space, got {env.ObservationSpace}", nameof(env));
        if (box.Shape.Length < 2 || (!options.GrayscaleObs && box.Shape is not [_, _, 3]))
        {
            throw new ArgumentException(
                $"AtariPreprocessing requires images of shape (height, width{(options.GrayscaleObs ? string.Empty : ", 3")}), got shape {NDArray.ShapeText(box.Shape)}",
                nameof(env));
        }

        return env.Accept(new Visitor(atari, options, (box.Shape[0], box.Shape[1])));
    }

    private static void Check(IAtariEnv atari, AtariPreprocessingOptions options)
    {
        if (options.FrameSkip <= 0)
        {
            throw new ArgumentException($"Expect the `frame_skip` to be positive, actually: {options.FrameSkip}", nameof(options));
        }

        if (options.ScreenSize is not ( > 0, > 0))
        {
            throw new ArgumentException($"Expect the `screen_size` to be positive, actually: {options.ScreenSize}", nameof(options));
        }

        if (options.FrameSkip > 1 && atari.FrameSkip != 1)
        {
            throw new ArgumentException(
                "Disable frame-skipping in the original env. Otherwise, more than one frame-skip will happen as through this wrapper", nameof(options));
        }

        if (options.NoopMax < 0)
        {
            throw new ArgumentException($"Expect the `noop_max` to be non-negative, actually: {options.NoopMax}", nameof(options));
        }

        if (options.NoopMax > 0 && atari.ActionMeanings is not ["NOOP", ..])
        {
            throw new ArgumentException("When noop_max > 0, the first action meaning must be 'NOOP'", nameof(options));
        }
    }

    private static Box SpaceOf(AtariPreprocessingOptions options)
    {
        var (width, height) = options.ScreenSize;
        int[] shape = !options.GrayscaleObs ? [height, width, 3] : options.GrayscaleNewaxis ? [height, width, 1] : [height, width];
        return options.ScaleObs ? new Box(0, 1, shape) : ImageSpace.Of(shape);
    }

    private sealed class Visitor(IAtariEnv atari, AtariPreprocessingOptions options, (int Height, int Width) screen) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new Wrapped<TObservation, TAction>(env, atari, options, screen);
    }

    private sealed class Wrapped<TInner, TAction> : Wrapper<NDArray, TAction, TInner, TAction>, ISnapshot
    {
        private readonly IAtariEnv _atari;
        private readonly AtariPreprocessingOptions _options;
        private readonly ImageResizing _resizing;
        private readonly byte[] _last;
        private readonly byte[] _beforeLast;
        private readonly byte[] _resized;
        private int _lives;

        public Wrapped(Env<TInner, TAction> env, IAtariEnv atari, AtariPreprocessingOptions options, (int Height, int Width) screen)
            : base(env, SpaceOf(options), env.ActionSpace)
        {
            (_atari, _options) = (atari, options);
            var (width, height) = options.ScreenSize;
            var channels = options.GrayscaleObs ? 1 : 3;
            _resizing = new ImageResizing(screen, (height, width), channels);
            _last = new byte[screen.Height * screen.Width * channels];
            _beforeLast = new byte[_last.Length];
            _resized = new byte[height * width * channels];
        }

        private protected override string Name => nameof(AtariPreprocessing);

        Info ISnapshot.Save() => new() { ["last"] = _last, ["before_last"] = _beforeLast, ["lives"] = (long)_lives };

        void ISnapshot.Restore(Info state)
        {
            Read(state, "last", _last);
            Read(state, "before_last", _beforeLast);
            _lives = SnapshotFields.Get<int>(state, "lives", nameof(AtariPreprocessing));
        }

        private static void Read(Info state, string name, byte[] target)
        {
            var bytes = SnapshotFields.Get<byte[]>(state, name, nameof(AtariPreprocessing));
            if (bytes.Length != target.Length)
            {
                throw SnapshotFields.Unfit(name, nameof(AtariPreprocessing));
            }

            bytes.CopyTo(target, 0);
        }

        protected override ResetResult<NDArray> OnReset(Seed? seed, Info? options)
        {
            var info = Inner.Reset(seed, options).Info.Copy();
            var noops = _options.NoopMax > 0 ? Unwrapped.Rng.Integers(1L, _options.NoopMax + 1L) : 0;
            for (var i = 0L; i < noops; i++)
            {
                var step = Inner.Step(Inner.FromNaturalAction(0L));
                foreach (var (key, value) in step.Info)
                {
                    info[key] = value;
                }

                if (step.Ended)
                {
                    info = Inner.Reset(seed, options).Info.Copy();
                }
            }

            _lives = _atari.Lives;
            GetScreen(_last);
            Array.Clear(_beforeLast);
            return new(Observe(), info);
        }

        protected override StepResult<NDArray> OnStep(TAction action)
        {
            var reward = 0.0;
            StepResult<TInner> step = default;
            for (var frame = 0; frame < _options.FrameSkip; frame++)
            {
                step = Inner.Step(action);
                reward += step.Reward;
                if (_options.TerminalOnLifeLoss)
                {
                    var lives = _atari.Lives;
                    step = step with { Terminated = step.Terminated || lives < _lives };
                    _lives = lives;
                }

                if (step.Ended)
                {
                    break;
                }

                if (frame == _options.FrameSkip - 2)
                {
                    GetScreen(_beforeLast);
                }
                else if (frame == _options.FrameSkip - 1)
                {
                    GetScreen(_last);
                }
            }

            return new(Observe(), reward, step.Terminated, step.Truncated, step.Info);
        }

        private void GetScreen(byte[] screen)
        {
            if (_options.GrayscaleObs)
            {
                _atari.GetScreenGrayscale(screen);
            }
            else
            {
                _atari.GetScreenRgb(screen);
            }
        }

        private NDArray Observe()
        {
            if (_options.FrameSkip > 1)
            {
                Maximum(_beforeLast, _last);
            }

            var observation = new NDArray(_options.ScaleObs ? DType.Float32 : DType.UInt8, ((Box)ObservationSpace).Shape);
            if (!_options.ScaleObs)
            {
                _resizing.Apply(_last, observation.Bytes);
                return observation;
            }

            _resizing.Apply(_last, _resized);
            var scaled = observation.AsSpan<float>();
            for (var i = 0; i < scaled.Length; i++)
            {
                scaled[i] = _resized[i] / LargestByte;
            }

            return observation;
        }

        private static void Maximum(ReadOnlySpan<byte> other, Span<byte> target)
        {
            var i = 0;
            for (; i <= target.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                System.Numerics.Vector.Max(new Vector<byte>(other[i..]), new Vector<byte>(target[i..])).CopyTo(target[i..]);
            }

            for (; i < target.Length; i++)
            {
                target[i] = Math.Max(other[i], target[i]);
            }
        }
    }
}
