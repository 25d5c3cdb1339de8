using System.Text.RegularExpressions;
using GymBridge.Agents.Reproducibility;
using GymBridge.Spaces;

namespace GymBridge.Agents.Tests.Algorithms;

/// <summary>What holds for each algorithm of the catalog.</summary>
public class EveryAlgorithmTests
{
    public static TheoryData<string> All => [.. AlgorithmCatalog.All.Select(algorithm => algorithm.Name)];

    public static TheoryData<string> WithSupervised => [.. AlgorithmCatalog.All.Concat(AlgorithmCatalog.Supervised).Select(algorithm => algorithm.Name)];

    public static TheoryData<string> Deterministic =>
        [.. AlgorithmCatalog.All.Where(algorithm => algorithm.IsDeterministic).Select(algorithm => algorithm.Name)];

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Load_AtThreePoints_GoesOnAsIfItHadNotBeenStopped(string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Combine("run.gym");
        List<string> whole;
        using (var run = Start(name, out var env))
        {
            whole = Continue(run, 12);
            env.Dispose();
        }

        foreach (var stop in new[] { 1, 4, 9 })
        {
            using (var run = Start(name, out var env))
            {
                Continue(run, stop);
                run.Save(path);
                env.Dispose();
            }

            using var again = Env(name);
            using var resumed = Algorithm.Load(path, again, warn: message => Assert.Fail(message));
            Assert.Equal(stop, resumed.Updates);
            Assert.Equal(whole[stop..], Continue(resumed, 12 - stop));
        }
    }

    /// <summary>Stable-Baselines3's ortho_init: orthogonal weights and zero biases, or PyTorch's uniform ones.</summary>
    [Fact]
    public void Create_WithAndWithoutOrthogonalWeights_StartsSo()
    {
        using var env = TestEnvs.Make("CartPole-v1", 1);
        Func<bool, Algorithm>[] kinds =
        [
            isOrthogonal => new Ppo(env, new PpoOptions { StartsOrthogonal = isOrthogonal }, 1),
            isOrthogonal => new A2c(env, new A2cOptions { StartsOrthogonal = isOrthogonal }, 1),
            isOrthogonal => new Trpo(env, new TrpoOptions { StartsOrthogonal = isOrthogonal }, 1),
            isOrthogonal => new RecurrentPpo(env, new RecurrentPpoOptions { StartsOrthogonal = isOrthogonal }, 1),
            isOrthogonal => new Reinforce(env, new ReinforceOptions { StartsOrthogonal = isOrthogonal }, 1),
            isOrthogonal => new OneStepActorCritic(env, new OneStepActorCriticOptions { StartsOrthogonal = isOrthogonal }, 1),
            isOrthogonal => new ActorCritic(env, new ActorCriticOptions { StartsOrthogonal = isOrthogonal }, 1),
        ];
        foreach (var create in kinds)
        {
            using var orthogonal = create(true);
            using var uniform = create(false);
            Assert.True(HasZeroBiases(orthogonal), orthogonal.GetType().Name);
            Assert.False(HasZeroBiases(uniform), uniform.GetType().Name);
        }

        // The LSTMs' own are PyTorch's in either case.
        static bool HasZeroBiases(Algorithm algorithm) => algorithm.Policy.Module.named_parameters()
            .Where(item => item.name.EndsWith(".bias", StringComparison.Ordinal))
            .All(item => item.parameter.abs().max().item<float>() == 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Save_ThenPolicyLoad_ActsTheSameWithoutTheAlgorithm(string name)
    {
        using var folder = new TemporaryFolder();
        using var run = Start(name, out var env);
        Continue(run, 2);
        run.Save(folder.Combine("run.gym"));
        run.Policy.Save(folder.Combine("policy.gym"));
        foreach (var file in new[] { "run.gym", "policy.gym" })
        {
            using var policy = Policy.Load(folder.Combine(file));
            Assert.Equal(name, policy.Algorithm);
            Assert.Equal(UpdateDigest.OfWeights(run.Policy), UpdateDigest.OfWeights(policy));
            Assert.Equal(Answers(run.Policy, deterministic: true), Answers(policy, deterministic: true));
        }

        env.Dispose();
    }

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Update_ObservationsOfEveryKind_AreRead(string name)
    {
        var spaces = new Space[]
        {
            new Discrete(3, start: -1),
            new MultiDiscrete([2L, 3L]),
            new MultiBinary(4),
            new Box(0, 255, [2, 3], DType.UInt8),
            new DictSpace(("b", new Box(-1, 1, [2])), ("a", new Discrete(4))),
            new TupleSpace(new Discrete(2), new Box(-1, 1, [1], DType.Float64)),
            new Box(-1, 1, [0]),
            new DictSpace(("a", new Box(-1, 1, [0])), ("b", new Discrete(2))),
        };
        foreach (var space in spaces)
        {
            using var env = TestEnvs.Lanes(2, () => new SamplingEnv(space, Actions(name)));
            using var run = Make(name, env);
            Assert.True(run.Update().Timesteps > 0);
        }
    }

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Update_ActionsOfEveryKindItTakes_StayInTheSpace(string name)
    {
        var spaces = new Space[] { new Discrete(3, start: 5), new MultiDiscrete([2L, 4L]), new MultiBinary(3), new Box(-0.1, 0.1, [2]) };
        foreach (var space in spaces.Where(space => AlgorithmCatalog.Get(name).ActionSpaces.Contains(GymBridge.Agents.Actions.ActionSpaces.NameOf(space))))
        {
            using var env = TestEnvs.Lanes(2, () => new SamplingEnv(new Box(-1, 1, [2]), space));
            using var run = Make(name, env);
            run.Update();
            run.Update();
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Constructor_ActionsOfNoElements_AreRefused(string name)
    {
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Box(-1, 1, [2]), new Box(-1, 1, [0])));
        var exception = Assert.Throws<NotSupportedException>(() => Make(name, env));
        Assert.Contains("Box([], [], (0,), float32)", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Constructor_ObservationsThatNoNetworkReads_AreRefusedByName(string name)
    {
        using var env = TestEnvs.Lanes(1, () => new SamplingEnv(new Text(4), Actions(name)));
        var exception = Assert.Throws<NotSupportedException>(() => Make(name, env));
        Assert.Contains("Text(1, 4", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Deterministic))]
    public void Update_RewardIsNaN_IsAnErrorAtThatStepAndTheWeightsAreKept(string name)
    {
        using var env = TestEnvs.Lanes(2, () => new ScriptedEnv([new(5)], Actions(name), (episode, step) => episode >= 1 && step == 3 ? double.NaN : 1));
        using var run = Make(name, env);
        var before = UpdateDigest.OfWeights(run.Policy);
        var exception = Assert.Throws<NonFiniteException>(() => Continue(run, 100));
        Assert.Contains("gave the reward NaN in lane 0 at timestep 15", exception.Message, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        run.Save(folder.Combine("kept.gym"));
        using var policy = Policy.Load(folder.Combine("kept.gym"));
        Assert.Equal(UpdateDigest.OfWeights(run.Policy), UpdateDigest.OfWeights(policy));
        Assert.NotNull(before);
    }

    [Theory]
    [MemberData(nameof(WithSupervised))]
    public void Options_AsJson_ComeBackAsTheyWere(string name)
    {
        var descriptor = Describe(name);
        foreach (var options in new[] { descriptor.DefaultOptions, descriptor.StepsEnvironments ? SmallOptions.Of(name) : descriptor.DefaultOptions })
        {
            var json = descriptor.WriteOptions(options);
            Assert.Equal(json.ToJsonString(), descriptor.WriteOptions(descriptor.ReadOptions(json)).ToJsonString());
            Assert.Equal(descriptor.Hyperparameters.Select(item => item.Name), json.Select(item => item.Key));
        }

        descriptor.DefaultOptions.Validate();
    }

    [Theory]
    [MemberData(nameof(WithSupervised))]
    public void Documentation_OfEachAlgorithm_NamesEachOption(string name)
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "algorithms", name + ".md"));
        Assert.All(Describe(name).Hyperparameters, item => Assert.Contains($"`{item.Name}`", page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(WithSupervised))]
    public void Documentation_OfEachAlgorithm_HasEverySectionAndItsSource(string name)
    {
        var page = File.ReadAllText(RepositoryRoot.Combine($"docs/algorithms/{name}.md"));
        Assert.All(
            ["Equations", "Implementation details", "Options", "Pitfalls", "Measured curve"],
            section => Assert.Contains($"\n## {section}\n\n", page, StringComparison.Ordinal));
        Assert.Matches(@"arXiv|doi:|https://|\b[A-Z][a-z]+ (19|20)\d\d\b", page[..page.IndexOf("## Equations", StringComparison.Ordinal)]);
    }

    [Theory]
    [MemberData(nameof(WithSupervised))]
    public void Documentation_OfEachAlgorithm_ShowsAMeasuredCurve(string name)
    {
        var folder = Path.Combine(RepositoryRoot.Path, "docs", "algorithms");
        var curve = Regex.Match(File.ReadAllText(Path.Combine(folder, name + ".md")), @"## Measured curve\s+!\[[^]]+\]\(([^)]+\.svg)\)\s+```bash\ngymbridge bench learning");
        Assert.True(curve.Success);
        Assert.True(File.Exists(Path.Combine(folder, curve.Groups[1].Value)), curve.Groups[1].Value);
    }

    private static AlgorithmDescriptor Describe(string name) =>
        AlgorithmCatalog.Supervised.FirstOrDefault(algorithm => algorithm.Name == name) ?? AlgorithmCatalog.Get(name);

    /// <summary>A run on CartPole, or, where the algorithm takes no discrete actions, on Pendulum; small, so that many updates are quick.</summary>
    private static Algorithm Start(string name, out VectorEnv env)
    {
        env = Env(name);
        return Make(name, env);
    }

    private static VectorEnv Env(string name) => TestEnvs.Registry.MakeVec(
        AlgorithmCatalog.Get(name).ActionSpaces.Contains("Discrete") ? "CartPole-v1" : "Pendulum-v1",
        2,
        TestEnvs.SameStep with { StepsSomeLanes = AlgorithmCatalog.Get(name).StepsLanesApart });

    private static Space Actions(string name) =>
        AlgorithmCatalog.Get(name).ActionSpaces.Contains("Discrete") ? new Discrete(2) : new Box(-1, 1, [2]);

    private static Algorithm Make(string name, VectorEnv env) => AlgorithmCatalog.Get(name).Create(env, SmallOptions.Of(name), 3);

    private static List<string> Continue(Algorithm run, int updates)
    {
        run.TotalTimesteps = 100_000;
        var digests = new List<string>();
        for (var i = 0; i < updates; i++)
        {
            run.Update();
            digests.Add(string.Join(' ', UpdateDigest.OfWeights(run.Policy), run.Timesteps, run.Episodes.MeanReturn));
        }

        return digests;
    }

    private static string Answers(Policy policy, bool deterministic)
    {
        var answers = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var features = new float[policy.Encoder.Features];
            Array.Fill(features, (i - 10) * 0.01f);
            answers.Add(policy.ActionSpace is Discrete
                ? policy.Predict<float[], long>(features, deterministic).ToString(System.Globalization.CultureInfo.InvariantCulture)
                : string.Join(',', policy.Predict<float[], float[]>(features, deterministic)));
        }

        return string.Join(' ', answers);
    }
}
