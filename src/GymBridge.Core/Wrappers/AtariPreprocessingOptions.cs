namespace GymBridge.Wrappers;

/// <summary>How <see cref="AtariPreprocessing"/> prepares frames.</summary>
public sealed record AtariPreprocessingOptions
{
    /// <summary>Most steps without action after a reset, drawn from 1 up; 0 for none.</summary>
    /// <value>30.</value>
    public int NoopMax { get; init; } = 30;

    /// <summary>Frames for each step, at least 1; the observation is the greater of the last two.</summary>
    /// <value>4.</value>
    public int FrameSkip { get; init; } = 4;

    /// <summary>Width and height of observations, positive.</summary>
    /// <value>(84, 84).</value>
    public (int Width, int Height) ScreenSize { get; init; } = (84, 84);

    /// <summary>Whether the loss of a life terminates the episode.</summary>
    public bool TerminalOnLifeLoss { get; init; }

    /// <summary>Whether observations are gray; else they have three channels.</summary>
    /// <value>True.</value>
    public bool GrayscaleObs { get; init; } = true;

    /// <summary>Whether gray observations have a channel of their own: shape (height, width, 1).</summary>
    public bool GrayscaleNewaxis { get; init; }

    /// <summary>Whether observations are float32 from 0 to 1; else uint8 from 0 to 255.</summary>
    public bool ScaleObs { get; init; }
}
