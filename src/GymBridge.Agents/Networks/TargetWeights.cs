using GymBridge.Agents.Checkpoints;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>A second, slower set of weights of a network, as the targets of DQN and SAC are computed with.</summary>
/// <remarks>
/// It starts as a copy. Weights and not a second network, so that a network of a user's own needs no second instance: <see cref="InPlace"/>
/// puts them into the network for a while. Sources: Mnih et al. 2015, doi:10.1038/nature14236; Lillicrap et al. 2016, arXiv:1509.02971,
/// section 3. Not thread-safe.
/// </remarks>
internal sealed class TargetWeights : IDisposable
{
    private readonly Weight[] _weights;

    /// <param name="network">The network.</param>
    /// <param name="includes">Whether there is a second set of a weight, by its name; null for all.</param>
    public TargetWeights(nn.Module network, Func<string, bool>? includes = null)
    {
        _weights =
        [
            .. network.named_parameters().Where(item => IsIncluded(item.name)).Select(item => Copy(item.name, item.parameter, isBuffer: false)),
            .. network.named_buffers().Where(item => IsIncluded(item.name)).Select(item => Copy(item.name, item.buffer, isBuffer: true)),
        ];

        bool IsIncluded(string name) => includes?.Invoke(name) != false;
    }

    /// <summary>target = tau online + (1 - tau) target; tau 1 copies. Buffers, such as running moments, are always copied.</summary>
    public void Update(double tau)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var weight in _weights)
        {
            if (tau == 1 || weight.IsBuffer)
            {
                weight.Online.bytes.CopyTo(weight.Slow.bytes);
            }
            else
            {
                weight.Slow.mul_(1 - tau).add_(weight.Online, alpha: tau);
            }
        }
    }

    /// <summary>Lets the network compute with these weights until the result is disposed. No gradient may be taken of what it computes meanwhile.</summary>
    public InPlaceScope InPlace() => new(this);

    public void Dispose()
    {
        foreach (var weight in _weights)
        {
            weight.Fast.Dispose();
            weight.Slow.Dispose();
        }
    }

    public void Exchange(StateArchive archive, string name)
    {
        foreach (var weight in _weights)
        {
            archive.Span($"{name}/{weight.Name}", weight.Slow.bytes);
        }
    }

    private static Weight Copy(string name, Tensor online, bool isBuffer)
    {
        using var noGrad = no_grad();
        return new(name, online, online.detach().DetachFromDisposeScope(), online.detach().clone().DetachFromDisposeScope(), isBuffer);
    }

    // Nothing is copied: the network's tensors look at the other memory.
    private void Show(bool slow)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var weight in _weights)
        {
            weight.Online.set_(slow ? weight.Slow : weight.Fast);
        }
    }

    /// <summary>While it lives the network has the slow weights.</summary>
    public readonly ref struct InPlaceScope
    {
        private readonly TargetWeights _target;

        internal InPlaceScope(TargetWeights target)
        {
            _target = target;
            target.Show(slow: true);
        }

        public void Dispose() => _target.Show(slow: false);
    }

    // The network's tensor, its own memory, and that of the second set.
    private readonly record struct Weight(string Name, Tensor Online, Tensor Fast, Tensor Slow, bool IsBuffer);
}
