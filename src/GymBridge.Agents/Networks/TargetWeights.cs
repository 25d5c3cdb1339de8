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
    private readonly Weight[] _parameters;
    private readonly Weight[] _buffers;

    /// <param name="network">The network.</param>
    /// <param name="includes">Whether there is a second set of a weight, by its name; null for all.</param>
    public TargetWeights(nn.Module network, Func<string, bool>? includes = null)
    {
        _parameters = [.. network.named_parameters().Where(item => includes?.Invoke(item.name) != false).Select(item => Copy(item.name, item.parameter))];
        _buffers = [.. network.named_buffers().Where(item => includes?.Invoke(item.name) != false).Select(item => Copy(item.name, item.buffer))];
    }

    /// <summary>target = tau online + (1 - tau) target; tau 1 copies. Buffers, such as running moments, are always copied.</summary>
    public void Update(double tau)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var (_, online, _, slow) in _parameters)
        {
            if (tau == 1)
            {
                online.bytes.CopyTo(slow.bytes);
            }
            else
            {
                slow.mul_(1 - tau).add_(online, alpha: tau);
            }
        }

        foreach (var (_, online, _, slow) in _buffers)
        {
            online.bytes.CopyTo(slow.bytes);
        }
    }

    /// <summary>Lets the network compute with these weights until the result is disposed. No gradient may be taken of what it computes meanwhile.</summary>
    public InPlaceScope InPlace() => new(this);

    public void Dispose()
    {
        foreach (var (_, _, fast, slow) in _parameters.Concat(_buffers))
        {
            fast.Dispose();
            slow.Dispose();
        }
    }

    public void Exchange(StateArchive archive, string name)
    {
        foreach (var (part, _, _, slow) in _parameters.Concat(_buffers))
        {
            archive.Span($"{name}/{part}", slow.bytes);
        }
    }

    private static Weight Copy(string name, Tensor online)
    {
        using var noGrad = no_grad();
        return new(name, online, online.detach().DetachFromDisposeScope(), online.detach().clone().DetachFromDisposeScope());
    }

    // Nothing is copied: the network's tensors look at the other memory.
    private void Show(bool slow)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        foreach (var weight in _parameters)
        {
            weight.Online.set_(slow ? weight.Slow : weight.Fast);
        }

        foreach (var weight in _buffers)
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
    private readonly record struct Weight(string Name, Tensor Online, Tensor Fast, Tensor Slow);
}
