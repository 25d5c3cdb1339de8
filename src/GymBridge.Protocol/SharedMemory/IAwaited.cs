namespace GymBridge.Protocol.SharedMemory;

/// <summary>What a <see cref="Waiter"/> waits for.</summary>
internal interface IAwaited
{
    /// <summary>Whether it is there.</summary>
    bool IsThere { get; }

    /// <summary>Sleeps until it is there, at most for a time; it may come back early.</summary>
    /// <returns>Whether it is there.</returns>
    bool Sleep(TimeSpan atMost);

    /// <summary>After a sleep: whether the thread is to look around instead of waiting on.</summary>
    bool IsRungFor();
}
