using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace GymBridge.Agents.Networks;

/// <summary>x + conv(relu(conv(relu(x)))), both convolutions 3 x 3 over as many planes as there are.</summary>
/// <remarks>Source: Espeholt et al. 2018, arXiv:1802.01561, figure 3.</remarks>
public sealed class ResidualBlock : Module<Tensor, Tensor>
{
    /// <summary>A block with fresh weights.</summary>
    /// <param name="planes">Planes in and out.</param>
    public ResidualBlock(int planes)
        : base(nameof(ResidualBlock))
    {
        Body = Sequential(ReLU(), Conv2d(planes, planes, 3, padding: 1), ReLU(), Conv2d(planes, planes, 3, padding: 1));
        register_module("body", Body);
    }

    /// <summary>What is added to the input.</summary>
    public Sequential Body { get; }

    /// <summary>float32 [B, C, H, W] to the same shape.</summary>
    public override Tensor forward(Tensor input) => input + Body.call(input);
}
