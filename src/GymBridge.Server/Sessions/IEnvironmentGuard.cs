namespace GymBridge.Server.Sessions;

/// <summary>Runs the code of an environment where somebody must be able to end it.</summary>
internal interface IEnvironmentGuard
{
    /// <summary>Runs it on this thread.</summary>
    /// <exception cref="TimeoutException">It was ended.</exception>
    void Run(Action code);
}
