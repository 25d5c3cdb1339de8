using GymBridge.Agents.Collecting;

namespace GymBridge.Agents.Tests.Collecting;

public class SequenceBatchTests
{
    // Two lanes of four steps; lane 0 begins an episode at step 2, lane 1 at step 0.
    private static readonly bool[] Starts = [false, true, false, false, true, false, false, false];

    [Fact]
    public void Cut_WholeRollout_BeginsSequencesWhereEpisodesAndLanesBegin()
    {
        var batch = SequenceBatch.Cut([0, 1, 2, 3, 4, 5, 6, 7], 4, 2, Starts, All(8));
        Assert.Equal([0, 4, 1], batch.Starts);
        Assert.Equal(4, batch.Steps);
        Assert.Equal([0L, 4, 1, 2, 6, 3, 2, 6, 5, 2, 6, 7], batch.Padded);
        Assert.Equal([0L, 3, 1, 4, 2, 5, 8, 11], batch.Valid);
        Assert.Equal([0L, 2, 4, 6, 1, 3, 5, 7], batch.Rows);
    }

    [Fact]
    public void Cut_SplitInTheMiddleOfAnEpisode_GoesOnFromTheStateThere()
    {
        // As an epoch begins at index 5: the rest of lane 1, then lane 0.
        var batch = SequenceBatch.Cut([5, 6, 7, 0, 1], 4, 2, Starts, All(8));
        Assert.Equal([3, 0], batch.Starts);
        Assert.Equal([3L, 5, 7, 0, 2], batch.Rows);
        Assert.Equal([3L, 0, 5, 2, 7, 2], batch.Padded);
    }

    [Fact]
    public void Cut_StepThatOnlyReset_IsRunThroughAndNotLearnedFrom()
    {
        var transitions = All(8);
        transitions[2] = false;
        var batch = SequenceBatch.Cut([0, 1, 2, 3], 4, 2, new bool[8], transitions);
        Assert.Equal([0L, 2, 4, 6], batch.Padded);
        Assert.Equal([0L, 4, 6], batch.Rows);
    }

    private static bool[] All(int count) => [.. Enumerable.Repeat(true, count)];
}
