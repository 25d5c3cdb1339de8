using static TorchSharp.torch;

namespace Project._1;

/// <summary>A network of one's own: two layers, and the input again before the last one.</summary>
internal sealed class WarehouseNetwork : nn.Module<Tensor, Tensor>
{
    private readonly nn.Module<Tensor, Tensor> _first;
    private readonly nn.Module<Tensor, Tensor> _last;

    /// <param name="inputs">Numbers of an encoded observation.</param>
    /// <param name="outputs">One for each action, or one for the value.</param>
    public WarehouseNetwork(long inputs, long outputs)
        : base(nameof(WarehouseNetwork))
    {
        _first = nn.Linear(inputs, 64);
        _last = nn.Linear(64 + inputs, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _last.forward(cat([_first.forward(input).tanh(), input], 1));
}
