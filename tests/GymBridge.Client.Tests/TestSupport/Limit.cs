namespace GymBridge.Client.Tests.TestSupport;

/// <summary>Runs what must not hang.</summary>
internal static class Limit
{
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <summary>The exception of an action, which has to come before the test gives up.</summary>
    public static async Task<T> ThrowsAsync<T>(Action action)
        where T : Exception => await Assert.ThrowsAsync<T>(() => Task.Run(action)).WaitAsync(Hang);
}
