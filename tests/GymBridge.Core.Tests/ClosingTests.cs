using GymBridge.Spaces;
using GymBridge.Wrappers;

namespace GymBridge.Core.Tests;

public sealed class ClosingTests
{
    [Fact]
    public void Close_EnvironmentThatThrows_ThrowsItThroughWrappersOnce()
    {
        var bad = new BadlyClosing();
        var env = bad.TimeLimit(5);

        Assert.Equal("The recorder is full.", Assert.Throws<IOException>(env.Close).Message);
        env.Close();
        Assert.Equal((true, true, 1), (env.IsClosed, bad.IsClosed, bad.Closed));
    }

    [Fact]
    public void Close_LanesThatThrow_ClosesAllAndThrowsTheFirst()
    {
        BadlyClosing[] lanes = [new(isBad: false), new(), new()];
        var envs = new SyncVectorEnv(lanes);

        Assert.Equal(1, Assert.Throws<IOException>(envs.Close).Data[SyncVectorEnv.LaneDataKey]);
        Assert.All(lanes, lane => Assert.Equal(1, lane.Closed));
    }

    [Fact]
    public void Dispose_EnvironmentThatThrows_WarnsWithClassAndMessage()
    {
        var warnings = new List<string>();
        void Note(GymWarning warning) => warnings.Add(warning.Message);
        GymWarnings.Raised += Note;
        try
        {
            new BadlyClosing().Dispose();
        }
        finally
        {
            GymWarnings.Raised -= Note;
        }

        Assert.Contains("Closing 'BadlyClosing' failed: IOException: The recorder is full.", warnings);
    }

    private sealed class BadlyClosing(bool isBad = true) : Env<float[], long>(new Box(-1f, 1f, [1]), new Discrete(2))
    {
        public int Closed { get; private set; }

        protected override ResetResult<float[]> OnReset(Info? options) => new([0f]);

        protected override StepResult<float[]> OnStep(long action) => new([0f], 0, false);

        protected override void OnClose()
        {
            Closed++;
            if (isBad)
            {
                throw new IOException("The recorder is full.");
            }
        }
    }
}
