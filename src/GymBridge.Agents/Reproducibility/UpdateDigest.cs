using System.Security.Cryptography;
using System.Text;

namespace GymBridge.Agents.Reproducibility;

/// <summary>SHA-256 digests of a training run after an update.</summary>
/// <param name="Update">Number of the update, from 1.</param>
/// <param name="Weights">Of every parameter and buffer, by name.</param>
/// <param name="Optimizer">Of every optimizer's whole state.</param>
/// <param name="Rollout">Of the observations, actions, rewards and flags that the update saw.</param>
public sealed record UpdateDigest(int Update, string Weights, string Optimizer, string Rollout)
{
    /// <summary>Digests the present state of a trainer.</summary>
    public static UpdateDigest Of(Trainer trainer)
    {
        using var rollout = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in trainer.LastRollout.Fields)
        {
            rollout.AppendData(Encoding.UTF8.GetBytes(field.Name));
            rollout.AppendData(field.Bytes);
        }

        return new UpdateDigest(trainer.Updates, OfWeights(trainer.Agent), OfOptimizers(trainer), Hex(rollout));
    }

    /// <summary>Digest of an agent's weights.</summary>
    public static string OfWeights(Agent agent)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, network) in agent.Networks)
        {
            foreach (var (key, tensor) in network.state_dict())
            {
                hash.AppendData(Encoding.UTF8.GetBytes($"{name}.{key}"));
                using var contiguous = tensor.detach().contiguous();
                hash.AppendData(contiguous.bytes);
            }
        }

        return Hex(hash);
    }

    private static string OfOptimizers(Trainer trainer)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer);
        foreach (var (name, optimizer) in trainer.Optimizers)
        {
            buffer.SetLength(0);
            optimizer.save_state_dict(writer);
            writer.Flush();
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        }

        return Hex(hash);
    }

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
