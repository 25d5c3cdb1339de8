namespace GymBridge.Server;

/// <summary>The limits of a host, and what only a <see cref="GymBridgeServer"/> of its own decides.</summary>
public sealed class GymBridgeServerOptions
{
    /// <summary>Limits and security. <see cref="GymBridgeOptions.Port"/> and <see cref="GymBridgeOptions.Address"/> are not looked at.</summary>
    public GymBridgeOptions Limits { get; } = new();

    /// <summary>Adds log providers; without any the server is silent.</summary>
    /// <value>Null. The minimum level is Warning unless this changes it.</value>
    public Action<ILoggingBuilder>? Logging { get; set; }

    /// <summary>The clock of leases and call limits; only its monotonic time counts.</summary>
    /// <value>Null: the system's.</value>
    public TimeProvider? TimeProvider { get; set; }

    /// <summary>How long a stop waits for calls that run.</summary>
    /// <value>5 s.</value>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
