using GymBridge.Environments.Rendering;
using GymBridge.Errors;
using GymBridge.Spaces;

namespace GymBridge.Environments.Teaching;

/// <summary>Catch a falling ball with a paddle, seen as an image: the smallest task that has to be learnt from pixels.</summary>
/// <remarks>
/// <para>Actions, Discrete(3): 0 stay, 1 left, 2 right, by one cell; the paddle is three cells wide.</para>
/// <para>Observation, Box(0, 255, (84, 84), uint8): a grey image of 21 x 21 cells, the ball 255, the paddle in the last row 128, the rest 0.
/// A single image does not tell where the ball is going: stack at least two.</para>
/// <para>Start: the ball in the first row, in a random column, drifting by -1, 0 or 1 cells a step; the paddle in the middle. The ball falls
/// one cell a step and bounces off the walls.</para>
/// <para>Reward: 1 for a ball that is caught, else 0, so that the mean return is the share of balls caught. Terminated: when the ball
/// reaches the last row, after 20 steps. Every ball can be caught.</para>
/// <para><c>PixelCatch-v0</c> is the same with other numbers, in pixels: a ball of 3 x 3 that falls straight down, 3 a step, from a random
/// column of 28; a paddle 12 wide that moves by 6; 1 for a ball that is caught and -1 for one that is missed, after 27 steps. A share p of
/// balls caught is a mean return of 2p - 1.</para>
/// <para>After DeepMind's bsuite, <c>bsuite/environments/catch.py</c>, with drift and images; not part of Gymnasium.</para>
/// </remarks>
public sealed class CatchEnv : Env<NDArray, long>, ISnapshot
{
    /// <summary>Rows and columns of an image unless said otherwise.</summary>
    public const int DefaultFrameSize = 84;

    /// <summary>Rows and columns of cells unless said otherwise.</summary>
    public const int DefaultCells = 21;

    /// <summary>Cells of the paddle unless said otherwise.</summary>
    public const int DefaultPaddleWidth = 3;

    /// <summary>Cells by which an action moves the paddle unless said otherwise.</summary>
    public const int DefaultPaddleSpeed = 1;

    private readonly CatchRules _rules;
    private CatchState _state;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="frameSize">Rows and columns of an image, a multiple of <paramref name="cells"/>.</param>
    /// <param name="cells">Rows and columns of cells, at least 5.</param>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    /// <param name="paddleWidth">Cells of the paddle, at least 2.</param>
    /// <param name="paddleSpeed">Cells by which an action moves the paddle, at least 1.</param>
    /// <param name="drifts">Whether the ball moves sideways, too; if not, it falls straight down.</param>
    /// <param name="missReward">Reward of a ball that is missed.</param>
    /// <exception cref="ArgumentException">The sizes do not fit each other.</exception>
    public CatchEnv(
        int frameSize = DefaultFrameSize,
        int cells = DefaultCells,
        string? renderMode = null,
        int paddleWidth = DefaultPaddleWidth,
        int paddleSpeed = DefaultPaddleSpeed,
        bool drifts = true,
        double missReward = 0)
        : this(new CatchRules(frameSize, cells, paddleWidth, paddleSpeed, drifts, missReward), renderMode)
    {
    }

    internal CatchEnv(CatchRules rules, string? renderMode)
        : base(new Box(0, 255, [rules.FrameSize, rules.FrameSize], DType.UInt8), new Discrete(3)) => (_rules, RenderMode) = (rules, renderMode);

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["rgb_array"], 10);

    /// <inheritdoc/>
    public override string? RenderMode { get; }

    /// <summary>A uint8 frame of 336 x 336 x 3.</summary>
    /// <returns>Null without a render mode or before the first reset.</returns>
    public override object? Render()
    {
        if (RenderMode is null || !_state.HasStarted)
        {
            return null;
        }

        var grid = new GridCanvas(336, 336, _rules.Cells, _rules.Cells, 0x20242C, 0x242932);
        var first = _rules.FirstColumn(_state.Paddle);
        for (var column = first; column < first + _rules.PaddleWidth; column++)
        {
            grid.FillRectangle(_rules.Cells - 1, column, 0.5, 0.5, 0x5B9BD5);
        }

        grid.FillCircle(_state.Row, _state.Column, 0.45, 0xF2C14E);
        return grid.ToArray();
    }

    /// <inheritdoc/>
    protected override ResetResult<NDArray> OnReset(Info? options)
    {
        _state = CatchState.Start(Rng, _rules);
        return new(Observe());
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is not in the space.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<NDArray> OnStep(long action)
    {
        if ((ulong)action > 2)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "Catch");
        }

        if (!_state.HasStarted)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        var (reward, terminated) = _state.Step(action, _rules);
        return new(Observe(), reward, terminated);
    }

    Info ISnapshot.Save() => _state.ToInfo();

    void ISnapshot.Restore(Info state) => _state = CatchState.From(state, _rules, nameof(CatchEnv));

    private NDArray Observe()
    {
        var frame = new NDArray(DType.UInt8, [_rules.FrameSize, _rules.FrameSize]);
        _state.Draw(frame.Bytes, _rules);
        return frame;
    }
}
