using System.Security.Cryptography;
using System.Text;
using GymBridge.Agents.Checkpoints;

namespace GymBridge.Agents.Reproducibility;

/// <summary>SHA-256 digests of a training run after an update.</summary>
/// <param name="Update">Number of the update, from 1.</param>
/// <param name="Weights">Of every parameter and buffer, by name.</param>
/// <param name="Optimizer">Of every optimizer's whole state.</param>
/// <param name="Rollout">Of the observations, actions, rewards and flags that the update saw.</param>
public sealed record UpdateDigest(int Update, string Weights, string Optimizer, string Rollout)
{
    /// <summary>Digests the present state of a run.</summary>
    /// <exception cref="NotSupportedException">The algorithm shows no trace.</exception>
    public static UpdateDigest Of(Algorithm algorithm)
    {
        ArgumentNullException.ThrowIfNull(algorithm);
        var traceable = TraceOf(algorithm);
        using var rollout = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in traceable.LastRollout.Fields)
        {
            rollout.AppendData(Encoding.UTF8.GetBytes(field.Name));
            rollout.AppendData(field.Bytes);
        }

        return new UpdateDigest(algorithm.Updates, OfWeights(algorithm.Policy), OfOptimizers(traceable), Hex(rollout));
    }

    /// <summary>Digest of a policy's weights.</summary>
    public static string OfWeights(Policy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in policy.Module.state_dict())
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            using var contiguous = tensor.detach().cpu().contiguous();
            hash.AppendData(contiguous.bytes);
        }

        return Hex(hash);
    }

    internal static ITraceable TraceOf(Algorithm algorithm) => algorithm as ITraceable
        ?? throw new NotSupportedException($"{algorithm.Descriptor.Title} shows no trace of its updates, so that two runs of it cannot be compared step by step.");

    private static string OfOptimizers(ITraceable traceable)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var buffer = new MemoryStream();
        foreach (var (name, optimizer) in traceable.Optimizers)
        {
            buffer.SetLength(0);
            OptimizerState.Save(optimizer, buffer);
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        }

        return Hex(hash);
    }

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
