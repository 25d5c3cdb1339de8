using GymBridge.Errors;

namespace GymBridge.Core.Tests.Registration;

/// <summary>Texts and classes are those of gymnasium/envs/registration.py 1.4.0.</summary>
public class EnvVersionTests
{
    private readonly EnvRegistry _registry = new EnvRegistry()
        .Register(new EnvSpec { Id = "Versioned-v2" }, _ => new CounterEnv())
        .Register(new EnvSpec { Id = "Versioned-v10" }, _ => new CounterEnv())
        .Register(new EnvSpec { Id = "Plain" }, _ => new CounterEnv())
        .Register(new EnvSpec { Id = "maze/Versioned-v3" }, _ => new CounterEnv());

    [Fact]
    public void Make_WithoutVersion_MakesTheLatestAndSaysSo()
    {
        using var heard = new HeardWarnings();
        using var env = _registry.Make("Versioned");
        Assert.Equal("Versioned-v10", env.Spec!.Id);
        Assert.Contains(
            new GymWarning("Using the latest versioned environment `Versioned-v10` instead of the unversioned environment `Versioned`.", IsDeprecation: false),
            heard.About("unversioned environment `Versioned`"));
    }

    [Fact]
    public void Make_OfOldVersion_SaysThatItIsOutOfDate()
    {
        using var heard = new HeardWarnings();
        using var env = _registry.Make("Versioned-v2");
        Assert.Equal("Versioned-v2", env.Spec!.Id);
        Assert.Contains(
            new GymWarning("The environment Versioned-v2 is out of date. You should consider upgrading to version `v10`.", IsDeprecation: true),
            heard.About("Versioned-v2"));
    }

    [Fact]
    public void MakeVec_OfOldVersion_WarnsOnceForAllLanes()
    {
        _registry.Register(new EnvSpec { Id = "ForLanes-v0" }, _ => new CounterEnv()).Register(new EnvSpec { Id = "ForLanes-v1" }, _ => new CounterEnv());
        using var heard = new HeardWarnings();
        _registry.MakeVec("ForLanes-v0", 5).Dispose();
        Assert.Single(heard.About("ForLanes-v0"));
    }

    [Fact]
    public void Make_OfLatestOrOnlyVersion_WarnsOfNothing()
    {
        _registry.Register(new EnvSpec { Id = "Silent-v1" }, _ => new CounterEnv()).Register(new EnvSpec { Id = "SilentPlain" }, _ => new CounterEnv());
        using var heard = new HeardWarnings();
        _registry.Make("Silent-v1").Dispose();
        _registry.Make("SilentPlain").Dispose();
        Assert.Empty(heard.About("Silent"));
    }

    [Theory]
    [InlineData(typeof(VersionNotFoundException), "Versioned-v11", "Environment version `v11` for environment `Versioned` doesn't exist. It provides versioned environments: [ `v2`, `v10` ].")]
    [InlineData(typeof(DeprecatedEnvException), "Versioned-v9", "Environment version v9 for `Versioned` is deprecated. Please use `Versioned-v10` instead.")]
    [InlineData(typeof(DeprecatedEnvException), "maze/Versioned-v0", "Environment version v0 for `maze/Versioned` is deprecated. Please use `maze/Versioned-v3` instead.")]
    [InlineData(typeof(DeprecatedEnvException), "Plain-v1", "Environment version `v1` for environment `Plain` doesn't exist. It provides the default version `Plain`.")]
    [InlineData(typeof(NameNotFoundException), "Versoned-v2", "Environment `Versoned` doesn't exist. Did you mean 'Versioned-v2' or 'Versioned-v10'? 'gymbridge envs' shows all ids.")]
    [InlineData(typeof(NameNotFoundException), "maze/Xyzzy-v2", "Environment `Xyzzy` doesn't exist in namespace maze. 'gymbridge envs' shows all ids; one of Python's is named with its module: 'module:maze/Xyzzy-v2'.")]
    [InlineData(typeof(NameNotFoundException), "HalfCheetah-v5", "Environment `HalfCheetah` doesn't exist. 'gymbridge envs' shows all ids; one of Python's is named with its module: 'gymnasium:HalfCheetah-v5'.")]
    [InlineData(typeof(NamespaceNotFoundException), "mase/Versioned-v3", "Namespace mase not found. Did you mean 'maze'? 'gymbridge envs' shows all ids.")]
    [InlineData(typeof(NamespaceNotFoundException), "elsewhere/Versioned-v3", "Namespace elsewhere not found. 'gymbridge envs' shows all ids; one of Python's is named with its module: 'module:elsewhere/Versioned-v3'.")]
    [InlineData(typeof(NamespaceNotFoundException), "ALE/Pong-v5", "Namespace ALE not found. 'gymbridge envs' shows all ids; one of Python's is named with its module: 'ale_py:ALE/Pong-v5'.")]
    [InlineData(typeof(NamespaceNotFoundException), "Atari/Pong-v5", "Namespace Atari not found. 'gymbridge envs' shows all ids; one of Python's is named with its module: 'gymbridge.atari:Atari/Pong-v5'.")]
    public void Make_OfUnregisteredId_SaysWhichPartIsUnknown(Type type, string id, string message)
    {
        var error = Assert.ThrowsAny<EnvironmentNotFoundException>(() => _registry.Make(id));
        Assert.Equal((type, message), (error.GetType(), error.Message));
    }

    [Fact]
    public void Register_OfVersionedBesideUnversioned_IsRefused()
    {
        var versioned = Assert.Throws<RegistrationException>(() => _registry.Register(new EnvSpec { Id = "Plain-v1" }, _ => new CounterEnv()));
        Assert.Equal("Can't register the versioned environment `Plain-v1` when the unversioned environment `Plain` of the same name already exists.", versioned.Message);
        var plain = Assert.Throws<RegistrationException>(() => _registry.Register(new EnvSpec { Id = "Versioned" }, _ => new CounterEnv()));
        Assert.StartsWith("Can't register the unversioned environment `Versioned` when the versioned environment `Versioned-v10` of the same name already exists.", plain.Message, StringComparison.Ordinal);
    }
}
