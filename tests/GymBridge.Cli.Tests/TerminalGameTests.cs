using GymBridge.Cli.Output;
using GymBridge.Cli.Play;
using GymBridge.Environments;

namespace GymBridge.Cli.Tests;

/// <summary>A game in the terminal, which writes to this process's console.</summary>
[Collection(InThisProcess.Name)]
public sealed class TerminalGameTests
{
    [Fact]
    public void Play_PersonAtAPicture_StepsWithoutKeysAndHoldsTheLastAction()
    {
        var registry = EnvironmentCatalog.CreateRegistry();
        using var env = registry.Make("CartPole-v1");
        using var twin = registry.Make("CartPole-v1");
        var keys = KeyMap.Of(EnvId.Parse("CartPole-v1"), env.ActionSpace, [], null);
        // Nothing is done before the first key; then the last one is held, until q.
        var player = new Person(null, null, "d", null, "a", null, "?", "q");
        var episodes = new List<PlayedEpisode>();
        var game = new TerminalGame(env, keys, player, CliOutput.From(GymBridgeCommand.Root.Parse(["--no-color"]))) { FramesPerSecond = 30, OnEpisode = episodes.Add };
        game.Play(1, null, CancellationToken.None);
        var episode = Assert.Single(episodes);
        Assert.Equal((4, 4, false), (episode.Return, episode.Steps, episode.IsComplete));
        Assert.Equal([1, 1, 0, 0], episode.Actions.Select(action => action.GetValue<long>()));
        Assert.Equal([1, 1, 1, 1], episode.Rewards);
        twin.ResetObject(1);
        long[] actions = [1, 1, 0, 0];
        Assert.All(actions, action => twin.StepObject(action));
        Assert.Equal(twin.StepObject(1L).Observation, env.StepObject(1L).Observation);
    }

    /// <summary>A person by the clock: each look at the keyboard brings the next key, or none.</summary>
    private sealed class Person(params string?[] keys) : IPlayer
    {
        private int _next;

        public bool IsPerson => true;

        public string? Next(CancellationToken cancellation) => throw new InvalidOperationException("Time passes here.");

        public string? Within(TimeSpan time, CancellationToken cancellation) => keys[_next++];
    }
}
