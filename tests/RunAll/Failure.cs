namespace GymBridge.Tests.RunAll;

/// <summary>What failed.</summary>
/// <param name="Suite">The suite, or the step that is none.</param>
/// <param name="Test">The test, as the suite's report names it; null if the suite or step as a whole failed.</param>
internal sealed record Failure(string Suite, string? Test = null)
{
    public override string ToString() => Test is null ? Suite : $"{Suite}: {Test}";
}
