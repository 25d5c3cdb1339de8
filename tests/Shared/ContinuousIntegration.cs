namespace GymBridge.Testing;

/// <summary>Whether the tests are CI's: there, what is missing fails and is not skipped.</summary>
internal static class ContinuousIntegration
{
    /// <summary>Whether the variable CI says so.</summary>
    public static bool IsActive => Environment.GetEnvironmentVariable("CI") is "true" or "1";
}
