using GymBridge.Seeding;

namespace GymBridge.Environments.Teaching;

/// <summary>N games of catch; lane i equals a single <see cref="CatchEnv"/> with the same seed, bit for bit. A step allocates nothing.</summary>
public sealed class CatchVectorEnv : NativeVectorEnv
{
    private readonly CatchState[] _states;
    private readonly CatchRules _rules;

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    /// <param name="frameSize">Rows and columns of an image, a multiple of <paramref name="cells"/>.</param>
    /// <param name="cells">Rows and columns of cells, at least 5.</param>
    /// <param name="paddleWidth">Cells of the paddle, at least 2.</param>
    /// <param name="paddleSpeed">Cells by which an action moves the paddle, at least 1.</param>
    /// <param name="drifts">Whether the ball moves sideways, too; if not, it falls straight down.</param>
    /// <param name="missReward">Reward of a ball that is missed.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other.</exception>
    public CatchVectorEnv(
        VectorEnvArguments lanes,
        int frameSize = CatchEnv.DefaultFrameSize,
        int cells = CatchEnv.DefaultCells,
        int paddleWidth = CatchEnv.DefaultPaddleWidth,
        int paddleSpeed = CatchEnv.DefaultPaddleSpeed,
        bool drifts = true,
        double missReward = 0)
        : this(new CatchRules(frameSize, cells, paddleWidth, paddleSpeed, drifts, missReward), lanes)
    {
    }

    internal CatchVectorEnv(CatchRules rules, VectorEnvArguments lanes)
        : base(() => new CatchEnv(rules, null), lanes) => (_states, _rules) = (new CatchState[NumEnvs], rules);

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

            var (reward, terminated) = _states[lane].Step(chosen[lane], _rules);
            Observe(lane, result);
            Finish(lane, reward, terminated, result);
        }
    }

    private protected override Info LaneState(int lane) => _states[lane].ToInfo();

    private protected override (Info Attributes, Info Own) SingleState(int lane) => (Info.Empty, LaneState(lane));

    private protected override void SetLaneState(int lane, Info state) => _states[lane] = CatchState.From(state, _rules, nameof(CatchVectorEnv));

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        _states[lane] = CatchState.Start(rng, _rules);
        Observe(lane, result);
    }

    private void Observe(int lane, VectorStep result) => _states[lane].Draw(result.Observations[0].Lane(lane), _rules);
}
