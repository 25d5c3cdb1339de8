using GymBridge.Cli.Output;
using GymBridge.Cli.Play;
using GymBridge.Environments;
using GymBridge.Spaces;

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

    /// <summary>What cannot be shown ends the game with an error, whether anybody looks at a screen or not.</summary>
    [Theory]
    [InlineData("rgb_array", "float64", "has to return a uint8 array of shape (height, width, 3), got float64 of shape (4, 4, 3).")]
    [InlineData("rgb_array", "flat", "got uint8 of shape (48,).")]
    [InlineData("rgb_array", "empty", "got uint8 of shape (0, 4, 3).")]
    [InlineData("rgb_array", "text", "got text.")]
    [InlineData("rgb_array", "nothing", "got nothing.")]
    [InlineData("ansi", "nothing", "in render mode 'ansi' its render has to return text, got nothing.")]
    [InlineData("ansi", "picture", "got uint8 of shape (4, 4, 3).")]
    [InlineData("rgb_array", "picture", null)]
    [InlineData("rgb_array", "gray", null)]
    [InlineData("ansi", "text", null)]
    public void Play_WhatIsDrawn_IsShownOrToldToBeWrong(string mode, string drawn, string? error)
    {
        using var env = new Drawing(mode, drawn switch
        {
            "float64" => new NDArray(DType.Float64, 4, 4, 3),
            "flat" => new NDArray(DType.UInt8, 48),
            "empty" => new NDArray(DType.UInt8, 0, 4, 3),
            "picture" => new NDArray(DType.UInt8, 4, 4, 3),
            "gray" => new NDArray(DType.UInt8, 4, 4),
            "text" => "text",
            _ => null,
        });
        var game = new TerminalGame(
            env, KeyMap.Of(EnvId.Parse("Drawing-v0"), env.ActionSpace, [], null), new ScriptedPlayer(new StringReader("0")), CliOutput.From(GymBridgeCommand.Root.Parse(["--no-color"])))
        {
            OnEpisode = _ => { },
        };
        var raised = Record.Exception(() => game.Play(1, 1, CancellationToken.None));
        Assert.Equal(error is null, raised is null);
        Assert.Contains(error ?? string.Empty, raised?.Message ?? string.Empty, StringComparison.Ordinal);
    }

    private sealed class Drawing(string mode, object? drawn) : Env<long, long>(new Discrete(1), new Discrete(2))
    {
        public override string? RenderMode => mode;

        public override object? Render() => drawn;

        protected override ResetResult<long> OnReset(Info? options) => 0;

        protected override StepResult<long> OnStep(long action) => new(0, 0, terminated: true);
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
