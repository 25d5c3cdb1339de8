namespace GymBridge.Agents.Collecting;

/// <summary>A minibatch cut into sequences that are padded to the longest, so that an LSTM runs over all of them at once.</summary>
/// <remarks>Source: sb3_contrib/common/recurrent/buffers.py, create_sequencers: a sequence begins where an episode begins, where
/// another lane begins, and where the minibatch begins.</remarks>
internal sealed class SequenceBatch
{
    private SequenceBatch(int steps, int[] starts, long[] padded, long[] valid, long[] rows) =>
        (Steps, Starts, Padded, Valid, Rows) = (steps, starts, padded, valid, rows);

    /// <summary>T: steps of the longest sequence.</summary>
    public int Steps { get; }

    /// <summary>[S]; the time-major index of the first transition of each sequence.</summary>
    public int[] Starts { get; }

    /// <summary>[T, S]; the time-major index of each transition, of the last one where the sequence is shorter.</summary>
    public long[] Padded { get; }

    /// <summary>[B]; where in [T, S] the transitions to learn from stand.</summary>
    public long[] Valid { get; }

    /// <summary>[B]; their time-major indices.</summary>
    public long[] Rows { get; }

    /// <summary>Cuts a minibatch.</summary>
    /// <param name="indices">Lane-major indices (lane times T plus step), neighbours in time one after the other.</param>
    /// <param name="steps">T of the rollout.</param>
    /// <param name="lanes">N of the rollout.</param>
    /// <param name="isEpisodeStart">[T, N]; whether the observation is the first of an episode.</param>
    /// <param name="isTransition">[T, N]; whether to learn from the step.</param>
    public static SequenceBatch Cut(ReadOnlySpan<long> indices, int steps, int lanes, ReadOnlySpan<bool> isEpisodeStart, ReadOnlySpan<bool> isTransition)
    {
        var (starts, lengths) = (new List<int>(), new List<int>());
        for (var i = 0; i < indices.Length; i++)
        {
            var row = TimeMajor(indices[i], steps, lanes);
            if (i == 0 || indices[i] % steps == 0 || isEpisodeStart[row])
            {
                starts.Add(row);
                lengths.Add(0);
            }

            lengths[^1]++;
        }

        var longest = lengths.Max();
        var padded = new long[longest * starts.Count];
        var (valid, rows) = (new List<long>(indices.Length), new List<long>(indices.Length));
        for (var sequence = 0; sequence < starts.Count; sequence++)
        {
            for (var step = 0; step < longest; step++)
            {
                var row = starts[sequence] + (Math.Min(step, lengths[sequence] - 1) * lanes);
                var at = (step * starts.Count) + sequence;
                padded[at] = row;
                if (step < lengths[sequence] && isTransition[row])
                {
                    valid.Add(at);
                    rows.Add(row);
                }
            }
        }

        return new SequenceBatch(longest, [.. starts], padded, [.. valid], [.. rows]);
    }

    private static int TimeMajor(long index, int steps, int lanes) => (int)((index % steps * lanes) + (index / steps));
}
