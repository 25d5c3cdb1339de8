namespace GymBridge.Protocol.SharedMemory;

/// <summary>Where a side sleeps that has said so in the file, until the other one wakes it.</summary>
internal interface IBell
{
    /// <summary>Sleeps, at most so long; it may come back early.</summary>
    /// <param name="word">The bell's word.</param>
    /// <param name="value">What stood there before the side said that it sleeps.</param>
    /// <param name="atMost">The time.</param>
    void Wait(ref uint word, uint value, TimeSpan atMost);

    /// <summary>Wakes whoever sleeps, or will sleep next.</summary>
    void Wake(ref uint word);
}
