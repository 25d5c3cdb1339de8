namespace GymBridge.Torch.Binding;

/// <summary>A member of TorchSharp that an assembly uses and an engine lacks.</summary>
/// <param name="Member">Its name: <c>TorchSharp.torch/Tensor::fft instance ...</c>.</param>
/// <param name="Reason">What is there instead.</param>
public sealed record BindingProblem(string Member, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Member}: {Reason}";
}
