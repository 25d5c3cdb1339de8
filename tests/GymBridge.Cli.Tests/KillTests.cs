using System.Globalization;
using GymBridge.Agents;

namespace GymBridge.Cli.Tests;

/// <summary>A run that is killed with -9, resumed, killed again and resumed once more ends with the bits of one that was not.</summary>
public class KillTests
{
    // Small enough that a run takes a few seconds, large enough that it can be hit on its way. What is not here has its defaults.
    private static readonly Dictionary<string, string[]> Options = new(StringComparer.Ordinal)
    {
        ["ppo"] = ["--normalize", "--frame-stack", "2"],
        ["recurrent_ppo"] = ["--n-envs", "4", "--n-steps", "32", "--batch-size", "64", "--n-epochs", "2", "--lstm-hidden-size", "16"],
        ["grpo"] = ["--n-envs", "8", "--group-size", "4"],
        ["rloo"] = ["--n-envs", "8", "--group-size", "4"],
        ["dqn"] = ["--learning-starts", "500", "--buffer-size", "5000"],
        ["sac"] = ["--learning-starts", "200", "--buffer-size", "5000", "--net-arch", "[16]"],
    };

    private static readonly Dictionary<string, int> Timesteps = new(StringComparer.Ordinal)
    {
        ["dqn"] = 4_000,
        ["sac"] = 2_000,
        ["recurrent_ppo"] = 8_000,
        ["actor_critic"] = 8_000,
        ["one_step_actor_critic"] = 5_000,
        ["trpo"] = 8_000,
        ["contextual_q"] = 10_000,
    };

    // Bandits keep a few numbers in the same way: one of them stands for all, and EveryAlgorithmTests resumes each. Tables are for states
    // that are numbers, which CartPole's are not.
    public static TheoryData<string> Deterministic =>
    [
        .. AlgorithmCatalog.All.Where(algorithm => algorithm.IsDeterministic && algorithm.DefaultOptions is not TabularOptions
            && (algorithm.DefaultOptions is not BanditOptions || algorithm.Name == "contextual_q"))
            .Select(algorithm => algorithm.Name),
    ];

    [Theory]
    [MemberData(nameof(Deterministic))]
    public async Task Train_KilledAtThreePointsAndResumed_EndsWithTheBitsOfTheUninterruptedRun(string algorithm)
    {
        using var folder = new TemporaryFolder();
        var timesteps = Timesteps.GetValueOrDefault(algorithm, 20_000);
        var environment = AlgorithmCatalog.Get(algorithm).ActionSpaces.Contains("Discrete") ? "CartPole-v1" : "Pendulum-v1";
        string[] common = ["--save-freq", $"{timesteps / 40}", "--n-eval-episodes", "0", "--logdir", folder.FullName, "--json"];
        string[] arguments =
        [
            "train", environment, "--algo", algorithm, "-n", $"{timesteps}", "--seed", "3", .. common, .. Options.GetValueOrDefault(algorithm, []),
        ];
        var whole = await Cli.RunAsync([.. arguments, "--run-name", "whole"]);
        Assert.True(whole.ExitCode == 0, whole.Error);

        // Not at chosen steps: wherever the process is some milliseconds after the checkpoint was seen.
        var run = folder.Combine("mine");
        for (var kill = 1; kill <= 3; kill++)
        {
            string[] command = kill == 1 ? [.. arguments, "--run-name", "mine"] : ["train", "--resume", run, .. common];
            using var train = Cli.Start(command);
            await Progress.WaitAsync(() => train.Process.HasExited || Newest(run) >= kill * timesteps / 5);
            await Task.Delay(7 * kill);
            train.Process.Kill();
            await train.WaitAsync();

            // On a busy machine it may have ended before, and a little beyond its steps where it makes several at once.
            Assert.NotEqual(0, Newest(run));
        }

        var resumed = await Cli.RunAsync(["train", "--resume", run, .. common]);
        Assert.True(
            resumed.ExitCode == 0 || resumed.Error.Contains("is complete at", StringComparison.Ordinal), resumed.Error);
        Assert.Equal(whole.Json["digest"]!.ToString(), await DigestAsync(run));
    }

    private static async Task<string> DigestAsync(string run) => (await Cli.RunAsync("eval", run, "--n-eval-episodes", "1", "--max-episode-steps", "1", "--json")).Json["digest"]!.ToString();

    // By its name: the file may be replaced by a newer one at any time.
    private static long Newest(string run) => CheckpointCallback.Newest(Path.Combine(run, "checkpoints")) is { } path
        ? long.Parse(Path.GetFileName(path).Split('_')[2], CultureInfo.InvariantCulture)
        : 0;
}
