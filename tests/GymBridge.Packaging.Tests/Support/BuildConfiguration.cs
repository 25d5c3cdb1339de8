namespace GymBridge.Packaging.Tests.Support;

/// <summary>How the tests were built.</summary>
internal static class BuildConfiguration
{
#if DEBUG
    public const string Name = "Debug";
#else
    public const string Name = "Release";
#endif
}
