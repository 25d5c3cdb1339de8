using GymBridge.Client.Tests.TestSupport;
using GymBridge.Errors;

namespace GymBridge.Client.Tests;

/// <summary>Attributes of an environment on a server, by the members that a local one has too.</summary>
public sealed class RemoteAttributeTests
{
    [Fact]
    public async Task R27_WrapperAttributes_OfRemoteEnvironment_AreThoseOfTheOtherSide()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var env = server.Client().Make("Taxi-v4");
        env.ResetObject(3);

        Assert.Equal(0.3, env.GetWrapperAttr("fickle_probability"));
        Assert.True(env.SetWrapperAttr("fickle_probability", 0.5, force: false));
        Assert.Equal(0.5, env.GetWrapperAttr("fickle_probability"));
        Assert.Equal(328L, env.CallMethod("encode", [3L, 1L, 2L, 0L]));
        Assert.Equal(328L, Assert.IsType<EnvMethod>(env.GetWrapperAttr("encode"))([3L, 1L, 2L, 0L], Info.Empty));
        Assert.False(env.HasWrapperAttr("nothing"));
        Assert.False(env.SetWrapperAttr("nothing", 1L, force: false));
        Assert.Throws<AttributeException>(() => env.GetWrapperAttr("nothing"));
        Assert.Contains("'P' of 'TaxiEnv' cannot be set", Assert.Throws<AttributeException>(() => env.SetWrapperAttr("P", null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attributes_OfNativeRemoteLanes_AreEachLanesOwn()
    {
        using var folder = new TemporaryFolder();
        await using var server = await TestServer.StartAsync(folder);
        using var env = server.Client().MakeVec("CartPole-v1", 2);

        Assert.Equal(new object[] { 9.8, 9.8 }, env.GetAttr("gravity"));
        env.SetAttr("gravity", new List<object?> { 9.8, 1.5 });
        Assert.Equal(new object[] { 9.8, 1.5 }, env.GetAttr("gravity"));
        Assert.Throws<AttributeException>(() => env.GetAttr("nothing"));
    }
}
