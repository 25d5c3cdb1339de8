namespace GymBridge.Client.Errors;

/// <summary>A server refused a call: it lacks a capability, keeps an attribute to itself, or is at a limit (<see cref="LimitException"/>).</summary>
public class ServerRefusedException : GymBridgeException
{
    /// <summary>A fault whose text gives the server's reason.</summary>
    public ServerRefusedException(string message)
        : base(message)
    {
    }
}
