using static TorchSharp.torch;

namespace GymBridge.Training.Tests.Export;

/// <summary>A module whose forward method is code.</summary>
internal sealed class OwnModule : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _layer = nn.Linear(6, 3);

    public OwnModule()
        : base(nameof(OwnModule)) => RegisterComponents();

    public override Tensor forward(Tensor input) => _layer.call(input) * 2;
}
