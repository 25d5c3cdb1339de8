namespace GymBridge.Environments.Teaching;

/// <summary>How large the image and the paddle of <see cref="CatchEnv"/> are, how they move, and what a ball that is missed costs.</summary>
internal readonly record struct CatchRules
{
    private const int LeastCells = 5;
    private const int LeastPaddleWidth = 2;
    private const int MostFrameSize = 4096;

    /// <exception cref="ArgumentException">The sizes do not fit each other.</exception>
    public CatchRules(int frameSize, int cells, int paddleWidth, int paddleSpeed, bool drifts, double missReward)
    {
        if (cells < LeastCells || frameSize > MostFrameSize || frameSize < cells || frameSize % cells != 0)
        {
            throw new ArgumentException(
                $"Catch needs at least {LeastCells} cells and a frame_size that is a multiple of them and at most {MostFrameSize}, such as frame_size 84 and cells 21; got frame_size {frameSize} and cells {cells}.");
        }

        if (paddleWidth < LeastPaddleWidth || paddleWidth > cells)
        {
            throw new ArgumentException($"Catch needs a paddle_width of {LeastPaddleWidth} to {cells} cells; got {paddleWidth}.");
        }

        if (paddleSpeed < 1 || paddleSpeed > cells)
        {
            throw new ArgumentException($"Catch needs a paddle_speed of 1 to {cells} cells a step; got {paddleSpeed}.");
        }

        if (!double.IsFinite(missReward))
        {
            throw new ArgumentException($"Catch needs a miss_reward that is a finite number; got {missReward}.");
        }

        (FrameSize, Cells, PaddleWidth, PaddleSpeed, Drifts, MissReward) = (frameSize, cells, paddleWidth, paddleSpeed, drifts, missReward);
    }

    public int FrameSize { get; }

    public int Cells { get; }

    public int PaddleWidth { get; }

    public int PaddleSpeed { get; }

    public bool Drifts { get; }

    public double MissReward { get; }

    /// <summary>Column of the leftmost cell of a paddle whose middle is in a column.</summary>
    public int FirstColumn(int paddle) => paddle - (PaddleWidth / 2);

    /// <summary>The column next to one that a paddle can have its middle in.</summary>
    public int Clamp(int paddle) => Math.Clamp(paddle, PaddleWidth / 2, Cells - PaddleWidth + (PaddleWidth / 2));

    /// <summary>Whether a paddle is under a ball in a column.</summary>
    public bool Covers(int paddle, int column) => (uint)(column - FirstColumn(paddle)) < (uint)PaddleWidth;
}
