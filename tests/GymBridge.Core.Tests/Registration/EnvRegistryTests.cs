using GymBridge.Environments;
using GymBridge.Errors;

namespace GymBridge.Core.Tests.Registration;

public class EnvRegistryTests
{
    private readonly EnvRegistry _registry = EnvironmentCatalog.CreateRegistry();

    [Fact]
    public void Make_OfMistypedId_SuggestsTheRightOne()
    {
        var error = Assert.Throws<NameNotFoundException>(() => _registry.Make("CartPol-v1"));
        Assert.StartsWith("Environment `CartPol` doesn't exist. Did you mean 'CartPole-v1'", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("'gymbridge envs' shows all ids.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_OfFarId_SuggestsNothing() =>
        Assert.DoesNotContain("Did you mean", Assert.Throws<NameNotFoundException>(() => _registry.Make("Xyzzy-v9")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("CartPole v1")]
    [InlineData("a b:CartPole-v1")]
    [InlineData(":CartPole-v1")]
    [InlineData("CartPole-v99999999999")]
    [InlineData("CartPole-v1\n")]
    [InlineData("1module:CartPole-v1")]
    public void Make_OfMalformedId_SaysHowIdsLook(string id) =>
        Assert.Contains("Malformed environment id", Assert.Throws<EnvironmentNotFoundException>(() => _registry.Make(id)).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_LettersOfAnyScript_AreThoseOfPython() =>
        Assert.Equal(new EnvId("模型.été", "名", "車-x", 2), EnvId.Parse("模型.été:名/車-x-v2"));

    [Fact]
    public void Make_WithUnknownKeyword_NamesItAndThoseThatExist()
    {
        var options = new MakeOptions { Kwargs = new Info { ["gravity"] = 3.7 } };
        var error = Assert.Throws<UnexpectedArgumentException>(() => _registry.Make("CartPole-v1", options));
        Assert.Contains("'CartPole-v1' got an unexpected keyword argument 'gravity'; it takes sutton_barto_reward", error.Message, StringComparison.Ordinal);
        Assert.Throws<UnexpectedArgumentException>(() => _registry.MakeVec("CartPole-v1", 2, options));
    }

    [Fact]
    public void Make_WithKeywordOfWrongType_NamesBothTypes()
    {
        var options = new MakeOptions { Kwargs = new Info { ["sutton_barto_reward"] = "yes" } };
        var error = Assert.Throws<ArgumentException>(() => _registry.Make("CartPole-v1", options));
        Assert.Contains("'sutton_barto_reward' must be of type Boolean, got yes (String)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_WithUnknownRenderMode_ListsTheModes()
    {
        var error = Assert.Throws<ArgumentException>(() => _registry.Make("CartPole-v1", new MakeOptions { RenderMode = "ascii" }));
        Assert.Contains("has no render mode 'ascii'; it offers rgb_array", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_WithLimit_ReplacesTheRegisteredOne()
    {
        using var env = _registry.Make("CartPole-v1", new MakeOptions { MaxEpisodeSteps = 3 });
        env.ResetObject(1);
        env.StepObject(0L);
        env.StepObject(1L);
        Assert.True(env.StepObject(0L).Truncated);
        Assert.Equal(3, env.Spec!.MaxEpisodeSteps);
        Assert.Throws<ArgumentException>(() => _registry.Make("CartPole-v1", new MakeOptions { MaxEpisodeSteps = 0 }));
    }

    [Fact]
    public void Make_WithoutLimitOrRaw_HasNoTimeLimit()
    {
        using var unlimited = _registry.Make("CartPole-v1", new MakeOptions { MaxEpisodeSteps = -1 });
        Assert.Equal("<OrderEnforcing<PassiveEnvChecker<CartPoleEnv<CartPole-v1>>>>", unlimited.ToString());
        Assert.Null(unlimited.Spec!.MaxEpisodeSteps);
        using var raw = _registry.Make("CartPole-v1", new MakeOptions { Raw = true });
        Assert.Equal("<CartPoleEnv<CartPole-v1>>", raw.ToString());
    }

    [Fact]
    public void Make_OfModuleIdWithoutSource_SaysWhatToUse()
    {
        var error = Assert.Throws<EnvironmentNotFoundException>(() => _registry.Make("gymnasium:CartPole-v1"));
        Assert.Contains("lives in the Python module 'gymnasium'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Make_OfModuleId_AsksTheSource()
    {
        var source = new RecordingSource();
        using var env = _registry.UseModules(source).Make("my.module:Ns/Thing-v3");
        Assert.Equal(new EnvId("my.module", "Ns", "Thing", 3), source.Asked);
    }

    [Fact]
    public void Make_AsOtherTypes_NamesTheSpaces()
    {
        var error = Assert.Throws<ArgumentException>(() => _registry.Make<double[], int>("CartPole-v1"));
        Assert.Contains("cannot be held by 'double[]'; use float[] or NDArray, or object", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Register_OfTakenOrModuleId_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => _registry.Register(new EnvSpec { Id = "CartPole-v1" }, _ => new CounterEnv()));
        Assert.Throws<ArgumentException>(() => _registry.Register(new EnvSpec { Id = "a:Counter-v0" }, _ => new CounterEnv()));
    }

    [Theory]
    [InlineData(null, "CartPoleVectorEnv")]
    [InlineData(VectorizationMode.VectorEntryPoint, "CartPoleVectorEnv")]
    [InlineData(VectorizationMode.Sync, "SyncVectorEnv")]
    [InlineData(VectorizationMode.Async, "AsyncVectorEnv")]
    public void MakeVec_Vectorization_SaysWhatLanesAreMadeOf(VectorizationMode? mode, string expected)
    {
        using var env = _registry.MakeVec("CartPole-v1", 2, new MakeOptions { Vectorization = mode });
        Assert.Equal(expected, env.GetType().Name);
        Assert.Equal("CartPole-v1", env.Spec!.Id);
        var error = Assert.Throws<ArgumentException>(
            () => _registry.MakeVec("GridWorldOneHot-v0", 2, new MakeOptions { Vectorization = VectorizationMode.VectorEntryPoint }));
        Assert.Contains("'GridWorldOneHot-v0' has no vector form of its own", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MakeVec_WithoutNativeForm_StepsSinglesInTurn()
    {
        _registry.Register(new EnvSpec { Id = "Counter-v0", MaxEpisodeSteps = 9 }, _ => new CounterEnv());
        using var env = _registry.MakeVec("Counter-v0", 3, new MakeOptions { AutoresetMode = AutoresetMode.SameStep });
        Assert.IsType<SyncVectorEnv>(env);
        Assert.Equal((3, AutoresetMode.SameStep, 9), (env.NumEnvs, env.AutoresetMode, env.Spec!.MaxEpisodeSteps));
        Assert.Throws<ArgumentOutOfRangeException>(() => _registry.MakeVec("Counter-v0", 0));
    }

    [Theory]
    [InlineData("CartPole-v1", null, null, "CartPole", 1)]
    [InlineData("gymnasium:ALE/Pong-v5", "gymnasium", "ALE", "Pong", 5)]
    [InlineData("Thing", null, null, "Thing", null)]
    [InlineData("a.b:ns/My.Thing-v10", "a.b", "ns", "My.Thing", 10)]
    public void Parse_OfId_SplitsItAndWritesItBack(string text, string? module, string? ns, string name, int? version)
    {
        var id = EnvId.Parse(text);
        Assert.Equal(new EnvId(module, ns, name, version), id);
        Assert.Equal(text, id.ToString());
    }

    private sealed class RecordingSource : IEnvironmentSource
    {
        public EnvId? Asked { get; private set; }

        public Env Make(EnvId id, MakeOptions options)
        {
            Asked = id;
            return new CounterEnv();
        }

        public VectorEnv MakeVec(EnvId id, int numEnvs, MakeOptions options) => throw new NotSupportedException();
    }
}
