using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Puts squares of noise over rendered frames, drawn from the environment's generator.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="obstructedPixelsRatio">Share of pixels under squares that do not overlap, in [0, 1).</param>
    /// <param name="obstructionWidth">Width and height of a square in pixels, at least 1.</param>
    /// <param name="isNoiseGrayscale">Whether noise is gray; frames are uint64 arrays then, as in Gymnasium.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public static Env ObstructView(this Env env, double obstructedPixelsRatio, int obstructionWidth, bool isNoiseGrayscale = false) =>
        env.Accept(new ObstructViewMaker(obstructedPixelsRatio, obstructionWidth, isNoiseGrayscale));

    /// <inheritdoc cref="ObstructView(Env, double, int, bool)"/>
    public static Env<TObservation, TAction> ObstructView<TObservation, TAction>(
        this Env<TObservation, TAction> env, double obstructedPixelsRatio, int obstructionWidth, bool isNoiseGrayscale = false) =>
        (Env<TObservation, TAction>)((Env)env).ObstructView(obstructedPixelsRatio, obstructionWidth, isNoiseGrayscale);

    private sealed class ObstructViewMaker(double ratio, int width, bool isGrayscale) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new ObstructView<TObservation, TAction>(env, ratio, width, isGrayscale);
    }
}

/// <summary>Puts squares of noise over rendered frames, drawn from the environment's generator.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>With <see cref="AddRenderObservation"/> around it observations are obstructed. Source: <c>gymnasium/wrappers/rendering.py</c> 1.4.0.</remarks>
internal sealed class ObstructView<TObservation, TAction> : Wrapper<TObservation, TAction>
{
    internal override bool IsStateless => true;

    private readonly double _centersRatio;
    private readonly int _width;
    private readonly bool _isGrayscale;

    /// <summary>Wraps an environment with render mode <c>rgb_array</c>.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="obstructedPixelsRatio">Share of pixels under squares that do not overlap, in [0, 1).</param>
    /// <param name="obstructionWidth">Width and height of a square in pixels, at least 1.</param>
    /// <param name="isNoiseGrayscale">Whether noise is gray; frames are uint64 arrays then, as in Gymnasium.</param>
    /// <exception cref="ArgumentException">A number is out of range.</exception>
    public ObstructView(Env<TObservation, TAction> env, double obstructedPixelsRatio, int obstructionWidth, bool isNoiseGrayscale = false)
        : base(env)
    {
        if (!(obstructedPixelsRatio is >= 0 and < 1))
        {
            throw new ArgumentException(
                $"obstructed_pixels_ratio should be in the interval [0,1). Received {PythonText.Repr(obstructedPixelsRatio)}", nameof(obstructedPixelsRatio));
        }

        if (obstructionWidth < 1)
        {
            throw new ArgumentException($"obstruction_width should be larger or equal than 1. Received {obstructionWidth}", nameof(obstructionWidth));
        }

        _centersRatio = obstructedPixelsRatio / ((long)obstructionWidth * obstructionWidth);
        (_width, _isGrayscale) = (obstructionWidth, isNoiseGrayscale);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The frame inside is no uint8 array (height, width, 3).</exception>
    public override object? Render()
    {
        var frame = FrameNoise.FrameOf(base.Render(), nameof(ObstructView<,>));
        var mask = DrawMask(frame.Shape[0], frame.Shape[1]);
        return FrameNoise.Over(Rng, frame, _isGrayscale, () => mask);
    }

    private bool[] DrawMask(int height, int width)
    {
        var centers = new long[(int)(height * width * _centersRatio)];
        Rng.Integers(0, height * width, centers);
        var mask = new bool[height * width];
        var before = _width / 2;
        foreach (var center in centers)
        {
            var (y, x) = ((int)(center / width) - before, (int)(center % width) - before);
            var (left, right) = (Math.Max(x, 0), Math.Min(x + _width, width));
            for (var row = Math.Max(y, 0); row < Math.Min(y + _width, height); row++)
            {
                mask.AsSpan((row * width) + left, right - left).Fill(true);
            }
        }

        return mask;
    }
}
