using GymBridge.Values;

namespace GymBridge.Wrappers;

public static partial class EnvWrappers
{
    /// <summary>Puts noise in the place of random pixels of rendered frames, drawn from the environment's generator.</summary>
    /// <param name="env">The environment, owned by the result.</param>
    /// <param name="probabilityOfNoisePerPixel">Probability of noise for each pixel, in [0, 1).</param>
    /// <param name="isNoiseGrayscale">Whether noise is gray; frames are uint64 arrays then, as in Gymnasium.</param>
    /// <exception cref="ArgumentException">The probability is out of range.</exception>
    public static Env AddWhiteNoise(this Env env, double probabilityOfNoisePerPixel, bool isNoiseGrayscale = false) =>
        env.Accept(new AddWhiteNoiseMaker(probabilityOfNoisePerPixel, isNoiseGrayscale));

    /// <inheritdoc cref="AddWhiteNoise(Env, double, bool)"/>
    public static Env<TObservation, TAction> AddWhiteNoise<TObservation, TAction>(
        this Env<TObservation, TAction> env, double probabilityOfNoisePerPixel, bool isNoiseGrayscale = false) =>
        (Env<TObservation, TAction>)((Env)env).AddWhiteNoise(probabilityOfNoisePerPixel, isNoiseGrayscale);

    private sealed class AddWhiteNoiseMaker(double probability, bool isGrayscale) : IEnvVisitor<Env>
    {
        public Env Visit<TObservation, TAction>(Env<TObservation, TAction> env) => new AddWhiteNoise<TObservation, TAction>(env, probability, isGrayscale);
    }
}

/// <summary>Puts noise in the place of random pixels of rendered frames, drawn from the environment's generator.</summary>
/// <typeparam name="TObservation">Type of an observation.</typeparam>
/// <typeparam name="TAction">Type of an action.</typeparam>
/// <remarks>With <see cref="AddRenderObservation"/> around it observations are noisy. Source: <c>gymnasium/wrappers/rendering.py</c> 1.4.0.</remarks>
internal sealed class AddWhiteNoise<TObservation, TAction> : Wrapper<TObservation, TAction>
{
    internal override bool IsStateless => true;

    private readonly double _probability;
    private readonly bool _isGrayscale;

    /// <summary>Wraps an environment with render mode <c>rgb_array</c>.</summary>
    /// <param name="env">The environment.</param>
    /// <param name="probabilityOfNoisePerPixel">Probability of noise for each pixel, in [0, 1).</param>
    /// <param name="isNoiseGrayscale">Whether noise is gray; frames are uint64 arrays then, as in Gymnasium.</param>
    /// <exception cref="ArgumentException">The probability is out of range.</exception>
    public AddWhiteNoise(Env<TObservation, TAction> env, double probabilityOfNoisePerPixel, bool isNoiseGrayscale = false)
        : base(env)
    {
        if (!(probabilityOfNoisePerPixel is >= 0 and < 1))
        {
            throw new ArgumentException(
                $"probability_of_noise_per_pixel should be in the interval [0,1). Received {PythonText.Repr(probabilityOfNoisePerPixel)}",
                nameof(probabilityOfNoisePerPixel));
        }

        (_probability, _isGrayscale) = (probabilityOfNoisePerPixel, isNoiseGrayscale);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The frame inside is no uint8 array (height, width, 3).</exception>
    public override object? Render()
    {
        var frame = FrameNoise.FrameOf(base.Render(), nameof(AddWhiteNoise<,>));
        return FrameNoise.Over(Rng, frame, _isGrayscale, () =>
        {
            var draws = new double[frame.Shape[0] * frame.Shape[1]];
            Rng.Random(draws);
            return Array.ConvertAll(draws, draw => draw < _probability);
        });
    }
}
