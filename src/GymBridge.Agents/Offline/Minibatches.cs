using GymBridge.Agents.Randomness;
using GymBridge.Seeding;

namespace GymBridge.Agents.Offline;

/// <summary>The transitions of a set in an order of their own for each epoch.</summary>
internal static class Minibatches
{
    /// <summary>The batches of all epochs: which epoch, and which transitions.</summary>
    public static IEnumerable<(int Epoch, long[] Indices)> Of(OfflineDataset data, OfflineOptions options, Seed seed)
    {
        if (data.Count == 0)
        {
            throw new ArgumentException("The set has no transitions; there is nothing to learn from.", nameof(data));
        }

        var stream = RandomStreams.Create(seed, StreamPurpose.Minibatches);
        var order = Enumerable.Range(0, data.Count).Select(i => (long)i).ToArray();
        for (var epoch = 0; epoch < options.Epochs; epoch++)
        {
            stream.Shuffle(order);
            foreach (var batch in order.Chunk(options.BatchSize))
            {
                yield return (epoch, batch);
            }
        }
    }
}
