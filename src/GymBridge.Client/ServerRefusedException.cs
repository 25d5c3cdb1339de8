namespace GymBridge.Client;

/// <summary>A server refused a call: it allows no more sessions, lacks a capability, or keeps an attribute to itself.</summary>
public sealed class ServerRefusedException : GymException
{
    /// <summary>An error with this message.</summary>
    public ServerRefusedException(string message)
        : base(message)
    {
    }
}
