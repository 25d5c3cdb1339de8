namespace GymBridge.Cli.Play;

/// <summary>Whoever sits at the keys of a terminal.</summary>
internal interface IPlayer
{
    /// <summary>Whether it is a person, for whom time passes between two keys.</summary>
    bool IsPerson { get; }

    /// <summary>The next key; null when there will be none any more.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    string? Next(CancellationToken cancellation);

    /// <summary>The last key that was pressed within a time; null where none was.</summary>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    string? Within(TimeSpan time, CancellationToken cancellation);
}
