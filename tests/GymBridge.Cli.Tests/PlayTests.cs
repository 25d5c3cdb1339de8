using GymBridge.Cli.Errors;
using GymBridge.Cli.Play;
using GymBridge.Environments;
using GymBridge.Spaces;

namespace GymBridge.Cli.Tests;

/// <summary>Keys from a pipe play an episode as the environment plays it.</summary>
public class PlayTests
{
    private static readonly Discrete Four = new(4);

    private static readonly (string Name, string Value) NoScreen = ("SDL_VIDEODRIVER", "dummy");

    [Fact]
    public async Task Play_ScriptOnFrozenLake_ShowsTextAndReachesTheGoal()
    {
        // Down, down, right, right, down, right: the way round the holes of the 4x4 map. 'x' has no action and takes no step.
        var result = await PlayAsync("ssddxs\nd", "FrozenLake-v1", "--env-kwargs", "is_slippery=false", "--seed", "1");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("Keys: w 3   a 0   s 1   d 2", result.Output, StringComparison.Ordinal);
        Assert.Contains("[S]FFF", result.Output, StringComparison.Ordinal);
        Assert.Contains("FFFH", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', result.Output);
        Assert.Contains("Key 'x' does nothing.", result.Output, StringComparison.Ordinal);
        Assert.Contains("step 6: reward 1, return 1, terminated", result.Output, StringComparison.Ordinal);
        Assert.Contains("Episode 1: return 1, 6 steps", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Play_OwnKeysOnAPicture_TakesThemStepByStepAndTellsJson()
    {
        var result = await PlayAsync("jkjkq", "CartPole-v1", "--keys", "j=0", "k=1", "--seed", "1", "--json");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("""[{"return":4,"length":4,"complete":false}]""", result.Json.ToJsonString());
    }

    [Fact]
    public async Task Play_Save_KeepsAGameThatRecordFilmsAsItWas()
    {
        // Two episodes of slippery ice, whose second one begins where the first has left the generator; the last is left in the middle.
        using var folder = new TemporaryFolder();
        var file = folder.Combine("game.json");
        var played = await PlayAsync("ssddsdssddsdssddsdssddsdssq", "FrozenLake-v1", "--env-kwargs", "map_name=8x8", "--seed", "3", "--save", file, "--json");
        Assert.True(played.ExitCode == 0, played.Error);
        var game = PlayedGame.Load(file);
        Assert.Equal(("FrozenLake-v1", "map_name=8x8", "3"), (game.EnvId, Assert.Single(game.EnvKwargs), game.Seed.ToString()));
        Assert.Equal(played.Json.AsArray().Select(episode => episode!["length"]!.GetValue<int>()), game.Episodes.Select(episode => episode.Actions.Count));
        Assert.All(game.Episodes, episode => Assert.Equal(episode.Steps, episode.Rewards.Count));

        var films = await Cli.RunAsync("record", file, "-o", folder.Combine("films"), "--json");
        Assert.True(films.ExitCode == 0, films.Error);
        Assert.Equal(game.Episodes.Select(episode => episode.Steps + 1), films.Json.AsArray().Select(film => film!["frames"]!.GetValue<int>()));

        // Another return than the one that was played is another environment, and no film of this game.
        (game with { Episodes = [game.Episodes[0] with { Return = 7 }] }).Save(file);
        var other = await Cli.RunAsync("record", file, "-o", folder.Combine("films"));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("is not the one that was played", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Play_SaveOfAContinuousGame_KeepsItsActions()
    {
        using var folder = new TemporaryFolder();
        var file = folder.Combine("game.json");
        var played = await PlayAsync("adaq", "Pendulum-v1", "--save", file);
        Assert.True(played.ExitCode == 0, played.Error);
        var episode = Assert.Single(PlayedGame.Load(file).Episodes);
        Assert.Equal([-2.0, 2.0, -2.0], episode.Actions.Select(action => action[0]!.GetValue<double>()));
        var film = await Cli.RunAsync("record", file, "-o", folder.Combine("film.gif"), "--json");
        Assert.True(film.ExitCode == 0, film.Error);
        Assert.Equal(4, film.Json[0]!["frames"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("game.gif", "ends with .json")]
    [InlineData("no-such-folder/game.json", "there is no folder")]
    public async Task Play_SaveToABadPath_IsRefusedBeforeAnybodyPlays(string path, string expected)
    {
        var result = await PlayAsync("a", "CartPole-v1", "--save", path);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task Play_PythonEnvironment_IsTheOneOfGymnasium()
    {
        var result = await PlayAsync("aaaaaaaaaaaaaaaaaaaa", "gymnasium:CartPole-v1", "--seed", "1", "--episodes", "1", "--json");
        Assert.Equal(0, result.ExitCode);
        using var env = EnvironmentCatalog.CreateRegistry().Make("CartPole-v1");
        env.ResetObject(1);
        var steps = 1;
        while (!env.StepObject(0L).Terminated)
        {
            steps++;
        }

        Assert.Equal($$"""[{"return":{{steps}},"length":{{steps}},"complete":true}]""", result.Json.ToJsonString());
    }

    [PythonFact]
    public async Task Play_WindowOfACSharpEnvironment_IsPythonsOverTheBridgeAndItsGameIsKept()
    {
        // SDL's screen that is none: the episode runs with no key pressed, action 0, and is drawn nowhere.
        using var folder = new TemporaryFolder();
        var file = folder.Combine("game.json");
        var result = await PlayAsync(
            string.Empty, ["CartPole-v1", "--view", "window", "--episodes", "1", "--seed", "1", "--fps", "1000", "--save", file, "--json"], NoScreen);
        Assert.True(result.ExitCode == 0, result.Error);
        using var env = EnvironmentCatalog.CreateRegistry().Make("CartPole-v1");
        env.ResetObject(1);
        var steps = 1;
        while (!env.StepObject(0L).Terminated)
        {
            steps++;
        }

        Assert.Equal($$"""[{"return":{{steps}},"length":{{steps}},"complete":true}]""", result.Json.ToJsonString());
        var game = PlayedGame.Load(file);
        Assert.Equal(("CartPole-v1", "1"), (game.EnvId, game.Seed.ToString()));
        var episode = Assert.Single(game.Episodes);
        Assert.Equal(Enumerable.Repeat(0L, steps), episode.Actions.Select(action => action.GetValue<long>()));
        Assert.Equal(Enumerable.Repeat(1.0, steps), episode.Rewards);
    }

    /// <summary>Keys that are pressed in the window, the game that is kept of them, and its film.</summary>
    [PythonFact]
    public async Task Play_SaveOfKeysInAWindow_KeepsAGameThatRecordFilms()
    {
        // The environment presses the keys of its player: what it posts in a step is what the next one is taken by.
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Combine("gymbridge_typing_env.py"), """
            import gymnasium
            import numpy as np
            import pygame


            class Typing(gymnasium.Env):
                metadata = {"render_modes": ["rgb_array"], "render_fps": 30}
                observation_space = gymnasium.spaces.Discrete(5)
                action_space = gymnasium.spaces.Discrete(3)

                def __init__(self, render_mode=None):
                    self.render_mode = render_mode

                def reset(self, *, seed=None, options=None):
                    super().reset(seed=seed)
                    self.steps = 0
                    return 0, {}

                def step(self, action):
                    self.steps += 1
                    if pygame.display.get_init():
                        down, up = pygame.KEYDOWN, pygame.KEYUP
                        for kind, key in [(), [(down, "a")], [(up, "a"), (down, "d")], [(up, "d")], []][self.steps]:
                            pygame.event.post(pygame.event.Event(kind, key=ord(key)))
                    return self.steps, float(action) / 2, self.steps == 4, False, {}

                def render(self):
                    return np.full((16, 16, 3), 50 * self.steps, np.uint8)


            gymnasium.register("Typing-v0", Typing)
            """);
        var file = folder.Combine("game.json");
        (string Name, string Value) path = ("PYTHONPATH", folder.FullName);
        var played = await PlayAsync(
            string.Empty,
            ["gymbridge_typing_env:Typing-v0", "--view", "window", "--episodes", "1", "--keys", "a=1", "d=2", "--fps", "1000", "--save", file, "--json"],
            NoScreen,
            path);
        Assert.True(played.ExitCode == 0, played.Error);
        Assert.Equal("""[{"return":1.5,"length":4,"complete":true}]""", played.Json.ToJsonString());
        var episode = Assert.Single(PlayedGame.Load(file).Episodes);
        Assert.Equal([0, 1, 2, 0], episode.Actions.Select(action => action.GetValue<long>()));
        Assert.Equal([0, 0.5, 1, 0], episode.Rewards);

        var film = await Cli.RunAsync(
            ["record", file, "-o", folder.Combine("film.gif"), "--json"], new Dictionary<string, string?> { [path.Name] = path.Value });
        Assert.True(film.ExitCode == 0, film.Error);
        Assert.Equal(5, film.Json[0]!["frames"]!.GetValue<int>());
    }

    [PythonFact]
    public async Task Play_WindowWithoutAScreen_SaysWhyAndWhatElse()
    {
        var result = await PlayAsync(string.Empty, ["CartPole-v1", "--view", "window"], ("SDL_VIDEODRIVER", "no-such-driver"));
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no window can be opened", result.Error, StringComparison.Ordinal);
        Assert.Contains("--view terminal", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "write KEY=ACTION")]
    [InlineData("a=7", "'7' is no action of Discrete(4)")]
    [InlineData("a=[1", "is expected")]
    [InlineData("a=0.5", "'0.5' is no action")]
    [InlineData("lft=0", "'lft' is no key")]
    public void Of_WrongKeys_NamesThem(string pair, string expected)
    {
        var error = Assert.Throws<UsageException>(() => KeyMap.Of(EnvId.Parse("FrozenLake-v1"), Four, [pair], null));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_EveryEnvironmentThatComesWithGymBridge_HasKeysOrNamesTheOption()
    {
        var registry = EnvironmentCatalog.CreateRegistry();
        var without = new List<string>();
        foreach (var spec in registry.Specs)
        {
            using var env = registry.Make(spec.Id);
            try
            {
                var keys = KeyMap.Of(EnvId.Parse(spec.Id), env.ActionSpace, [], null);
                Assert.All(keys.Actions, pair => Assert.True(env.ActionSpace.Contains(pair.Action), $"{spec.Id}: {pair}"));
                Assert.True(keys.Noop is null || env.ActionSpace.Contains(keys.Noop), spec.Id);
            }
            catch (UsageException exception)
            {
                Assert.Contains("--keys", exception.Message, StringComparison.Ordinal);
                without.Add(spec.Id);
            }
        }

        Assert.All(without, id => Assert.True(id.StartsWith("Token", StringComparison.Ordinal) || id.StartsWith("Ranking", StringComparison.Ordinal), id));
    }

    [Fact]
    public void Of_BoxesOfPythonEnvironments_HavePairsOfLettersAndRestAtZero()
    {
        var car = KeyMap.Of(EnvId.Parse("gymnasium:CarRacing-v3"), new Box(NDArray.From(-1.0, 0, 0), NDArray.From(1.0, 1, 1)), [], null);
        Assert.Equal(NDArray.From(0f, 0.7f, 0f), car.ActionOf("up"));
        Assert.Equal(NDArray.From(0f, 0f, 0f), car.Noop);
        var walker = KeyMap.Of(EnvId.Parse("gymnasium:BipedalWalker-v3"), new Box(-1, 1, [4]), [], null);
        Assert.Equal(NDArray.From(0f, 1f, 0f, 0f), walker.ActionOf("w"));
        Assert.Equal(NDArray.From(-1f, 0f, 0f, 0f), walker.ActionOf("left"));
        Assert.Equal(NDArray.From(0f, 0f, 0f, 1f), walker.ActionOf("r"));
        Assert.Null(walker.ActionOf("x"));
    }

    [Fact]
    public void Draw_Frame_GivesTwoPixelsACharacterWithTheirMeans()
    {
        var frame = NDArray.From<byte>([10, 20, 30, 40, 50, 60, 70, 80], 4, 2);
        Assert.Equal(
            "\u001b[38;2;10;10;10m\u001b[48;2;30;30;30m\u2580\u001b[38;2;20;20;20m\u001b[48;2;40;40;40m\u2580\u001b[0m\n"
            + "\u001b[38;2;50;50;50m\u001b[48;2;70;70;70m\u2580\u001b[38;2;60;60;60m\u001b[48;2;80;80;80m\u2580\u001b[0m\n",
            TerminalPicture.Draw(frame, 80, 24));
        Assert.Equal("\u001b[38;2;25;25;25m\u001b[48;2;65;65;65m\u2580\u001b[0m\n", TerminalPicture.Draw(frame, 1, 24));
        var color = NDArray.From<byte>([1, 2, 3], 1, 1, 3);
        Assert.Equal("\u001b[38;2;1;2;3m\u001b[48;2;0;0;0m\u2580\u001b[0m\n", TerminalPicture.Draw(color, 80, 24));
    }

    [Fact]
    public void Draw_WithoutColours_TellsBrightnessInCharacters()
    {
        var frame = NDArray.From<byte>([0, 255, 127, 0, 255, 127, 0, 255], 2, 4);
        Assert.Equal("=#:=\n", TerminalPicture.Draw(frame, 80, 24, inColours: false));
        Assert.Equal(" @\n", TerminalPicture.Draw(NDArray.From<byte>([0, 255, 0, 255], 2, 2), 80, 24, inColours: false));
    }

    private static Task<Cli.Result> PlayAsync(string script, params string[] arguments) => PlayAsync(script, arguments, []);

    private static async Task<Cli.Result> PlayAsync(string script, string[] arguments, params (string Name, string Value)[] environment)
    {
        using var running = Cli.Start(["play", .. arguments], environment.ToDictionary(pair => pair.Name, string? (pair) => pair.Value));
        await running.Process.StandardInput.WriteAsync(script);
        running.Process.StandardInput.Close();
        return await running.WaitAsync();
    }
}
