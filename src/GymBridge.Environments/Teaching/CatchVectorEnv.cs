using GymBridge.Seeding;

namespace GymBridge.Environments.Teaching;

/// <summary>N games of catch; lane i equals a single <see cref="CatchEnv"/> with the same seed, bit for bit. A step allocates nothing.</summary>
public sealed class CatchVectorEnv : NativeVectorEnv
{
    private readonly CatchState[] _states;
    private readonly int _frameSize;
    private readonly int _cells;

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    /// <param name="frameSize">Rows and columns of an image, a multiple of <paramref name="cells"/>.</param>
    /// <param name="cells">Rows and columns of cells, at least 5.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other.</exception>
    public CatchVectorEnv(VectorEnvArguments lanes, int frameSize = CatchEnv.DefaultFrameSize, int cells = CatchEnv.DefaultCells)
        : base(() => new CatchEnv(frameSize, cells), lanes)
    {
        _states = new CatchState[NumEnvs];
        (_frameSize, _cells) = (frameSize, cells);
    }

    private protected override void StepLanes(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (ResetIfDue(lane, result))
            {
                continue;
            }

            var (reward, terminated) = _states[lane].Step(chosen[lane], _cells);
            Observe(lane, result);
            Finish(lane, reward, terminated, result);
        }
    }

    private protected override Info LaneState(int lane) => _states[lane].ToInfo();

    private protected override (Info Attributes, Info Own) SingleState(int lane) => (Info.Empty, LaneState(lane));

    private protected override void SetLaneState(int lane, Info state) => _states[lane] = CatchState.From(state, _cells, nameof(CatchVectorEnv));

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        _states[lane] = CatchState.Start(rng, _cells);
        Observe(lane, result);
    }

    private void Observe(int lane, VectorStep result) => _states[lane].Draw(result.Observations[0].Lane(lane), _frameSize, _cells);
}
