namespace GymBridge.Client.Tests.TestSupport;

/// <summary>Runs what must not hang.</summary>
internal static class Limit
{
    public static readonly TimeSpan Hang = TimeSpan.FromSeconds(60);

    /// <summary>The exception of an action, which has to come before the test gives up.</summary>
    public static async Task<T> ThrowsAsync<T>(Action action)
        where T : Exception => await Assert.ThrowsAsync<T>(() => Task.Run(action)).WaitAsync(Hang);

    /// <summary>The result of a function, which has to come before the test gives up.</summary>
    public static Task<T> RunAsync<T>(Func<T> function) => Task.Run(function).WaitAsync(Hang);

    /// <summary>The end of an action, which has to come before the test gives up.</summary>
    public static Task RunAsync(Action action) => Task.Run(action).WaitAsync(Hang);
}
