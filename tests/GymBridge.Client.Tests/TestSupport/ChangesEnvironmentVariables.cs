namespace GymBridge.Client.Tests.TestSupport;

/// <summary>Tests that change variables of this process: they run alone, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChangesEnvironmentVariables
{
    public const string Name = nameof(ChangesEnvironmentVariables);
}
