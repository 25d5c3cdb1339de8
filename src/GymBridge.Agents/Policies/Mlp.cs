using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GymBridge.Agents.Policies;

/// <summary>Multilayer perceptrons with orthogonal weights and zero biases.</summary>
public static class Mlp
{
    private static readonly double HiddenGain = Math.Sqrt(2);

    /// <summary>Linear layers with tanh between them and none after the last.</summary>
    /// <param name="inputs">Features in.</param>
    /// <param name="hidden">Sizes of the hidden layers.</param>
    /// <param name="outputs">Features out.</param>
    /// <param name="outputGain">Orthogonal gain of the last layer: 0.01 for a policy head, 1 for a value head.</param>
    /// <remarks>Weights come from the tensor library's default generator: make networks within RandomStreams.InitialWeights. Source of the gains: CleanRL ppo.py.</remarks>
    public static Sequential Tanh(int inputs, IReadOnlyList<int> hidden, int outputs, double outputGain)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        var size = inputs;
        foreach (var width in hidden)
        {
            layers.Add(Layer(size, width, HiddenGain));
            layers.Add(nn.Tanh());
            size = width;
        }

        layers.Add(Layer(size, outputs, outputGain));
        return Sequential(layers);
    }

    private static Linear Layer(int inputs, int outputs, double gain)
    {
        var layer = Linear(inputs, outputs);
        init.orthogonal_(layer.weight, gain);
        init.zeros_(layer.bias!);
        return layer;
    }
}
