namespace GymBridge;

/// <summary>Where everything in GymBridge that is legal but questionable is told (<c>gymnasium.logger.warn</c>).</summary>
/// <remarks>Nothing is printed here: a program listens and decides, as the <c>gymbridge</c> command does, which prints each
/// text once to stderr. Without a listener warnings are lost. Thread-safe; a listener may be called from any thread.</remarks>
public static class GymWarnings
{
    /// <summary>Is called for each warning, also for one that was told before.</summary>
    public static event Action<GymWarning>? Raised;

    /// <summary>Tells everyone who listens of something questionable that is no error.</summary>
    /// <param name="message">Whole sentences: what was found, with the value, and what to do.</param>
    public static void Warn(string message) => Raised?.Invoke(new GymWarning(message, IsDeprecation: false));

    /// <summary>Tells of something outdated (<c>gymnasium.logger.deprecation</c>).</summary>
    /// <param name="message">Whole sentences: what is outdated, and what to use instead.</param>
    public static void Deprecation(string message) => Raised?.Invoke(new GymWarning(message, IsDeprecation: true));
}
