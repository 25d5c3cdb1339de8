namespace GymBridge.Wrappers;

/// <summary>What <see cref="AtariPreprocessing"/> takes from an Atari 2600 environment beyond steps: in Gymnasium,
/// <c>env.unwrapped.ale</c>, <c>_frameskip</c> and <c>get_action_meanings()</c>.</summary>
public interface IAtariEnv
{
    /// <summary>Frames that one step takes; null if the number is random.</summary>
    int? FrameSkip { get; }

    /// <summary>The meaning of each action: <c>NOOP</c>, <c>FIRE</c>, ...</summary>
    IReadOnlyList<string> ActionMeanings { get; }

    /// <summary>Lives that are left in the game.</summary>
    int Lives { get; }

    /// <summary>Writes the present frame in gray: uint8 (height, width).</summary>
    void GetScreenGrayscale(Span<byte> screen);

    /// <summary>Writes the present frame in colours: uint8 (height, width, 3).</summary>
    void GetScreenRgb(Span<byte> screen);
}
