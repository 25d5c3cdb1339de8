using GymBridge.Agents;
using GymBridge.Agents.Options;

namespace GymBridge.Cli.Tests;

/// <summary>The promise: the same seed gives the same weights, bit for bit, on the C# environment and on its Python twin.</summary>
[Collection(InThisProcess.Name)]
public class VerifyTests
{
    [PythonFact]
    public Task Verify_PpoOnCartPoleAndItsPythonTwin_IsIdentical() => AssertIdentical("ppo", "6144");

    [PythonFact]
    public Task Verify_ReinforceOnCartPoleAndItsPythonTwin_IsIdentical() => AssertIdentical("reinforce", "3000");

    [PythonFact]
    public Task Verify_DqnOnThreeLanesOfCartPoleAndItsPythonTwin_IsIdentical() =>
        AssertIdentical("dqn", "2400", "CartPole-v1", "--num-envs", "3", "--train-freq", "4", "--learning-starts", "200", "-p", "NSteps=3", "PrioritizedReplay=true", "DoubleQ=true", "HiddenSizes=[32,32]", "GradientSteps=4");

    [PythonFact]
    public Task Verify_SacOnThreeLanesOfPendulumAndItsPythonTwin_IsIdentical() =>
        AssertIdentical("sac", "1500", "Pendulum-v1", "--num-envs", "3", "--learning-starts", "150", "--batch-size", "32", "-p", "HiddenSizes=[32,32]", "GradientSteps=2");

    [PythonFact]
    public Task Verify_RecurrentPpoOnNormalizedLanes_IsIdentical() =>
        AssertIdentical("recurrent_ppo", "1200", "CartPole-v1", "--n-envs", "2", "--normalize", "--lstm-hidden-size", "16", "--n-steps", "128");

    /// <summary>On-policy families that have no test of their own above.</summary>
    [PythonTheory]
    [InlineData("a2c", "120")]
    [InlineData("trpo", "768")]
    [InlineData("actor_critic", "300")]
    [InlineData("one_step_actor_critic", "300")]
    public Task Verify_OnPolicyOnCartPoleAndItsPythonTwin_IsIdentical(string algorithm, string timesteps) =>
        AssertIdentical(algorithm, timesteps, "CartPole-v1", algorithm == "trpo" ? ["--n-steps", "128"] : []);

    [PythonFact]
    public Task Verify_ThompsonSamplingOnLanesAndTheirPythonTwin_IsIdentical() =>
        AssertIdentical("thompson_sampling", "1200", "CartPole-v1", "--n-envs", "3");

    [PythonTheory]
    [InlineData("q_learning", "FrozenLake-v1")]
    [InlineData("sarsa", "CliffWalking-v1")]
    [InlineData("monte_carlo", "FrozenLake-v1")]
    public Task Verify_TabularOnLanesAndTheirPythonTwin_IsIdentical(string algorithm, string env) => AssertIdentical(algorithm, "900", env, "--n-envs", "3");

    /// <summary>Groups are reset with seeds before every update, on either side.</summary>
    [PythonFact]
    public Task Verify_GrpoOnGroupsOfLanesAndTheirPythonTwin_IsIdentical() =>
        AssertIdentical("grpo", "2000", "CartPole-v1", "--n-envs", "8", "--group-size", "4", "--beta", "0.1", "-p", "HiddenSizes=[16]");

    [PythonFact]
    public Task Verify_PpoWithActors_IsIdenticalToThePythonTwinsWithActorsToo() =>
        AssertIdentical("ppo", "1536", "CartPole-v1", "--n-envs", "4", "--n-steps", "64", "--actors", "2", "-p", "HiddenSizes=[16]");

    /// <summary>In a process of its own, because a Python interpreter that was loaded stays.</summary>
    [PythonTheory]
    [InlineData("ppo", "grpc")]
    [InlineData("ppo", "shm")]
    [InlineData("ppo", "inproc")]
    [InlineData("reinforce", "inproc")]
    public async Task Verify_OverEachTransport_IsIdentical(string algorithm, string transport)
    {
        var result = await Cli.RunAsync(
            "verify", "CartPole-v1", "gymnasium:CartPole-v1", "--algo", algorithm, "--seed", "1", "-n", "1500", "--n-envs", "4", "--transport", transport, "--json");
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.True(result.Json["identical"]!.GetValue<bool>());
    }

    /// <summary>The teaching environments have no twin in Python: here they are made in this process and by a server.</summary>
    [Theory]
    [InlineData("TokenParity-v0", "grpo", "--n-envs", "8", "--group-size", "4", "-p", "HiddenSizes=[16]")]
    [InlineData("TokenPreference-v0", "rlhf_ppo", "--n-envs", "8", "-p", "HiddenSizes=[16]")]
    [InlineData("DialogueBelief-v0", "expected_sarsa")]
    [InlineData("BernoulliBandit-v0", "thompson_sampling")]
    [InlineData("ContextualBandit-v0", "linucb")]
    [InlineData("ContextualBandit-v0", "contextual_q")]
    public async Task Train_OnEnvironmentsOfAServer_GivesTheSameDigestAsInThisProcess(string env, string algorithm, params string[] flags)
    {
        using var folder = new TemporaryFolder();
        var address = $"unix:{folder.Combine("s.sock")}";
        using var server = Cli.Start(["serve", "--address", address]);
        await server.FirstLineAsync();
        string[] train = ["train", env, "--algo", algorithm, "--seed", "1", "-n", "512", "--n-eval-episodes", "1", "--logdir", folder.Combine("runs"), "--json", .. flags];
        var local = await InThisProcess.RunAsync(train);
        var remote = await InThisProcess.RunAsync([.. train, "--address", address]);
        Assert.True(local.ExitCode == 0 && remote.ExitCode == 0, local.Error + remote.Error);
        Assert.Equal(local.Json["digest"]!.ToString(), remote.Json["digest"]!.ToString());
    }

    [Fact]
    public async Task Verify_SeveralWorkersOfA3c_SaysWhyNot()
    {
        var result = await Cli.RunAsync("verify", "CartPole-v1", "CartPole-v1", "--algo", "a3c");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("A3C is not deterministic", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_OtherSeedOnOneSide_NamesTheFirstDifference()
    {
        var result = await InThisProcess.RunAsync("verify", "CartPole-v1", "CartPole-v1", "--seed", "1", "--right-seed", "2", "-n", "512", "--json");
        Assert.Equal(1, result.ExitCode);
        Assert.False(result.Json["identical"]!.GetValue<bool>());
        var difference = result.Json["first_difference"]!;
        Assert.Equal("observation", difference["field"]!.GetValue<string>());
        Assert.Equal((1, 0), (difference["update"]!.GetValue<int>(), difference["step"]!.GetValue<int>()));
        Assert.NotEqual(difference["left"]!.ToString(), difference["right"]!.ToString());
    }

    [Fact]
    public async Task Verify_OtherSeedOnOneSide_TellsPeopleBothValues()
    {
        var result = await InThisProcess.RunAsync("verify", "CartPole-v1", "CartPole-v1", "--right-seed", "2", "-n", "512");
        Assert.Contains("first difference: update 1, step 0, lane 0, observation", result.Output, StringComparison.Ordinal);
        Assert.Contains("  left  [", result.Output, StringComparison.Ordinal);
        Assert.Contains("  right [", result.Output, StringComparison.Ordinal);
    }

    /// <summary>An algorithm's family is what its options stand on; one of each is above, by its name in quotes.</summary>
    [Fact]
    public void Families_OfAlgorithms_HaveOneThatIsVerified()
    {
        var source = File.ReadAllText(RepositoryRoot.Combine("tests/GymBridge.Cli.Tests/VerifyTests.cs"));

        // A3C with several workers is not deterministic; with one it is A2C, which a test of its own says.
        var families = AlgorithmCatalog.All.Where(algorithm => algorithm.Name != "a3c").GroupBy(FamilyOf).ToList();
        Assert.True(families.Count > 8);
        Assert.All(families, family => Assert.True(
            family.Any(algorithm => source.Contains($"\"{algorithm.Name}\"", StringComparison.Ordinal)),
            $"No test verifies one of {string.Join(", ", family.Select(algorithm => algorithm.Name))}."));

        static string FamilyOf(AlgorithmDescriptor algorithm)
        {
            var options = algorithm.DefaultOptions.GetType();
            return options.BaseType is { IsAbstract: true } ground && ground != typeof(AlgorithmOptions) ? ground.Name : options.Name;
        }
    }

    private static async Task AssertIdentical(string algorithm, string timesteps, string env = "CartPole-v1", params string[] flags)
    {
        var result = await InThisProcess.RunAsync(
            ["verify", env, "gymnasium:" + env, "--algo", algorithm, "--seed", "1", "--total-timesteps", timesteps, "--json", .. flags]);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        Assert.True(result.Json["identical"]!.GetValue<bool>());
        Assert.Null(result.Json["first_difference"]);
        Assert.True(result.Json["updates"]!.GetValue<int>() >= 3);
        Assert.Equal(64, result.Json["digest"]!.GetValue<string>().Length);
    }
}
