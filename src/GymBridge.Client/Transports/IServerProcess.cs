namespace GymBridge.Client.Transports;

/// <summary>The process behind a connection, where this process has started it; disposed with the connection.</summary>
internal interface IServerProcess : IDisposable
{
    /// <summary>What it is called in messages.</summary>
    string Name { get; }

    /// <summary>Whether it has ended.</summary>
    bool HasExited { get; }

    /// <summary>How it ended, if it does so within a short while; null if it lives.</summary>
    string? DescribeDeath();
}
