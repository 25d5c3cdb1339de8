using GymBridge.Agents.Options;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GymBridge.Agents.Networks;

/// <summary>Multilayer perceptrons: with orthogonal weights and zero biases for methods that learn from fresh experience, with the tensor
/// library's own uniform ones for methods that learn from old experience.</summary>
/// <remarks>Weights come from the tensor library's default generator: make networks within <c>RandomStreams.InitialWeights</c>. Sources:
/// CleanRL ppo.py, dqn.py; stable_baselines3/common/policies.py, whose ActorCriticPolicy alone has ortho_init.</remarks>
public static class Mlp
{
    /// <summary>Orthogonal gain of the last layer of a policy: the first policy is nearly uniform.</summary>
    public const double PolicyGain = 0.01;

    /// <summary>Orthogonal gain of the last layer of a value network.</summary>
    public const double ValueGain = 1;

    private const long MostWeights = 1L << 29;

    private static readonly double HiddenGain = Math.Sqrt(2);

    /// <summary>Linear layers with an activation between them and none after the last.</summary>
    /// <param name="inputs">Features in.</param>
    /// <param name="hidden">Sizes of the hidden layers.</param>
    /// <param name="outputs">Features out.</param>
    /// <param name="outputGain">Orthogonal gain of the last layer.</param>
    /// <param name="activation">Between the layers.</param>
    /// <exception cref="ArgumentException">The layers would have more than 2^29 weights.</exception>
    public static Sequential Create(int inputs, IReadOnlyList<int> hidden, int outputs, double outputGain, Activation activation)
    {
        Check([inputs, .. hidden, outputs]);
        var layers = Hidden(inputs, hidden, activation, HiddenLayer);
        layers.Add(Layer(hidden.Count == 0 ? inputs : hidden[^1], outputs, outputGain));
        return Sequential(layers);
    }

    /// <summary>Linear layers with an activation between them and none after the last.</summary>
    /// <param name="inputs">Features in.</param>
    /// <param name="hidden">Sizes of the hidden layers.</param>
    /// <param name="outputs">Features out.</param>
    /// <param name="outputGain">Orthogonal gain of the last layer; not used where weights are uniform.</param>
    /// <param name="activation">Between the layers.</param>
    /// <param name="isOrthogonal">Whether weights are orthogonal; if not, uniform.</param>
    internal static Sequential Create(int inputs, IReadOnlyList<int> hidden, int outputs, double outputGain, Activation activation, bool isOrthogonal) =>
        isOrthogonal ? Create(inputs, hidden, outputs, outputGain, activation) : CreateUniform(inputs, hidden, outputs, activation);

    /// <summary>Linear layers with an activation after each.</summary>
    /// <param name="inputs">Features in.</param>
    /// <param name="hidden">Sizes of the layers.</param>
    /// <param name="activation">After each layer.</param>
    /// <exception cref="ArgumentException">There is no layer, or the layers would have more than 2^29 weights.</exception>
    public static Sequential Trunk(int inputs, IReadOnlyList<int> hidden, Activation activation)
    {
        if (hidden.Count == 0)
        {
            throw new ArgumentException("A trunk that policy and value share needs at least one hidden layer; set HiddenSizes, for example to [64].");
        }

        Check([inputs, .. hidden]);
        return Sequential(Hidden(inputs, hidden, activation, HiddenLayer));
    }

    /// <summary>Linear layers with an activation between them and none after the last, weights uniform.</summary>
    /// <param name="inputs">Features in.</param>
    /// <param name="hidden">Sizes of the hidden layers.</param>
    /// <param name="outputs">Features out.</param>
    /// <param name="activation">Between the layers.</param>
    /// <exception cref="ArgumentException">The layers would have more than 2^29 weights.</exception>
    public static Sequential CreateUniform(int inputs, IReadOnlyList<int> hidden, int outputs, Activation activation)
    {
        Check([inputs, .. hidden, outputs]);
        var layers = Hidden(inputs, hidden, activation, UniformLayer);
        layers.Add(UniformLayer(hidden.Count == 0 ? inputs : hidden[^1], outputs));
        return Sequential(layers);
    }

    /// <summary>Linear layers with an activation after each, weights uniform.</summary>
    /// <param name="inputs">Features in.</param>
    /// <param name="hidden">Sizes of the layers; at least one.</param>
    /// <param name="activation">After each layer.</param>
    /// <exception cref="ArgumentException">The layers would have more than 2^29 weights.</exception>
    public static Sequential UniformTrunk(int inputs, IReadOnlyList<int> hidden, Activation activation)
    {
        Check([inputs, .. hidden]);
        return Sequential(Hidden(inputs, hidden, activation, UniformLayer));
    }

    /// <summary>Linear layers with an activation after each.</summary>
    /// <param name="inputs">Features in.</param>
    /// <param name="hidden">Sizes of the layers.</param>
    /// <param name="activation">After each layer.</param>
    /// <param name="isOrthogonal">Whether weights are orthogonal; if not, uniform.</param>
    internal static Sequential Trunk(int inputs, IReadOnlyList<int> hidden, Activation activation, bool isOrthogonal) =>
        isOrthogonal || hidden.Count == 0 ? Trunk(inputs, hidden, activation) : UniformTrunk(inputs, hidden, activation);

    private static List<Module<Tensor, Tensor>> Hidden(
        int inputs, IReadOnlyList<int> hidden, Activation activation, Func<int, int, Linear> layer)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        var size = inputs;
        foreach (var width in hidden)
        {
            layers.Add(layer(size, width));
            layers.Add(activation == Activation.Relu ? ReLU() : Tanh());
            size = width;
        }

        return layers;
    }

    private static Linear UniformLayer(int inputs, int outputs) => Linear(inputs, outputs);

    private static Linear HiddenLayer(int inputs, int outputs) => Layer(inputs, outputs, HiddenGain);

    private static Linear Layer(int inputs, int outputs, double gain)
    {
        var layer = Linear(inputs, outputs);
        init.orthogonal_(layer.weight, gain);
        init.zeros_(layer.bias!);
        return layer;
    }

    private static void Check(ReadOnlySpan<int> sizes)
    {
        var weights = 0L;
        for (var i = 1; i < sizes.Length; i++)
        {
            weights += (long)sizes[i - 1] * sizes[i];
        }

        ThrowIfTooLarge(weights, $"A network with layers [{string.Join(", ", sizes.ToArray())}]", "smaller HiddenSizes");
    }

    /// <summary>Refuses networks that would not fit in memory, before memory is asked for.</summary>
    internal static void ThrowIfTooLarge(long weights, string what, string remedy)
    {
        if (weights > MostWeights)
        {
            throw new ArgumentException($"{what} has {weights} weights, {weights * sizeof(float) >> 30} GiB; {MostWeights} are the most. Choose {remedy}.");
        }
    }
}
