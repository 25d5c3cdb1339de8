using GymBridge.Seeding;
using GymBridge.Spaces;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Policies;

/// <summary>A network that gives the logits of a Discrete action space; sampling is by inverse CDF in float64 from a NumPy stream.</summary>
public sealed class CategoricalPolicy : IDisposable
{
    private readonly Discrete _actions;
    private readonly int _count;

    /// <summary>A policy whose <paramref name="network"/> maps float32 [B, features] to logits [B, actions].</summary>
    /// <exception cref="NotSupportedException">The action space is not Discrete.</exception>
    public CategoricalPolicy(Sequential network, Space actionSpace, string algorithm)
    {
        _actions = DiscreteOf(actionSpace, algorithm);
        _count = checked((int)_actions.N);
        Network = network;
    }

    /// <summary>The network.</summary>
    public Sequential Network { get; }

    /// <summary>Number of actions of a space, before there is a policy.</summary>
    /// <exception cref="NotSupportedException">The action space is not Discrete.</exception>
    public static int CountActions(Space actionSpace, string algorithm) => checked((int)DiscreteOf(actionSpace, algorithm).N);

    /// <summary>Samples an action for each row.</summary>
    /// <param name="features">float32 [B, features].</param>
    /// <param name="rng">Stream of the policy; one uniform number a row.</param>
    /// <param name="chosen">[B]; filled with action indices from 0.</param>
    /// <param name="logProbabilities">[B]; filled with log pi(a|s).</param>
    public void Sample(Tensor features, Rng rng, Span<long> chosen, Span<float> logProbabilities)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var logits = Network.call(features);
        var log = logits.log_softmax(1);
        var probabilities = log.exp();
        Span<float> p = stackalloc float[chosen.Length * _count <= 1024 ? chosen.Length * _count : 0];
        Span<float> l = stackalloc float[p.Length];
        if (p.IsEmpty)
        {
            p = new float[chosen.Length * _count];
            l = new float[p.Length];
        }

        probabilities.data<float>().CopyTo(p);
        log.data<float>().CopyTo(l);
        for (var row = 0; row < chosen.Length; row++)
        {
            var action = InverseCdf(p.Slice(row * _count, _count), rng.Random());
            chosen[row] = action;
            logProbabilities[row] = l[(row * _count) + action];
        }
    }

    /// <summary>The most probable action of each row, the first of equals.</summary>
    public void Greedy(Tensor features, Span<long> chosen)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var best = Network.call(features).argmax(1);
        best.data<long>().CopyTo(chosen);
    }

    /// <summary>Writes action indices into the columns of an environment.</summary>
    public void WriteActions(ReadOnlySpan<long> chosen, Columns actions)
    {
        if (_actions.DType == DType.Int64)
        {
            var target = actions[0].AsSpan<long>();
            for (var lane = 0; lane < chosen.Length; lane++)
            {
                target[lane] = _actions.Start + chosen[lane];
            }

            return;
        }

        for (var lane = 0; lane < chosen.Length; lane++)
        {
            actions.Write(lane, _actions.Start + chosen[lane]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Network.Dispose();

    private static Discrete DiscreteOf(Space actionSpace, string algorithm) => actionSpace as Discrete
        ?? throw new NotSupportedException(
            $"{algorithm} needs a Discrete action space here, got {actionSpace}; choose another environment or algorithm.");

    private static int InverseCdf(ReadOnlySpan<float> probabilities, double uniform)
    {
        var total = 0.0;
        foreach (var probability in probabilities)
        {
            total += probability;
        }

        var threshold = uniform * total;
        var sum = 0.0;
        for (var i = 0; i < probabilities.Length - 1; i++)
        {
            sum += probabilities[i];
            if (threshold < sum)
            {
                return i;
            }
        }

        return probabilities.Length - 1;
    }
}
