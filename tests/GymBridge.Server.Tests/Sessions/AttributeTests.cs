using GymBridge.Errors;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions;

/// <summary>Attributes of C# environments over the wire; the Python side is python/tests/test_csharp_server.py.</summary>
public sealed class AttributeTests
{
    [Fact]
    public async Task SetAttribute_OfSingleEnvironment_ChangesItsDynamics()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1");
        Assert.Equal(9.8, Get(remote, "gravity"));
        remote.Send(Set(remote, "gravity", 3L));
        Assert.Equal(3.0, Get(remote, "gravity"));
        remote.Reset(seed: 5);
        remote.Send(Set(remote, "state", NDArray.From(0.5, 0.0, 0.1, 0.0)));
        var reply = remote.Step(1);

        using var local = GymBridge.Environments.EnvironmentCatalog.CreateRegistry().Make("CartPole-v1");
        local.ResetObject(5);
        local.SetWrapperAttr("gravity", 3.0);
        local.SetWrapperAttr("state", NDArray.From(0.5, 0.0, 0.1, 0.0));
        Assert.Equal(((NDArray)local.StepObject(1L).Observation).Bytes.ToArray(), reply.Observation[0].ToByteArray());
        host.AssertQuiet();
    }

    [Fact]
    public async Task CallMethod_OfTaxi_GivesItsResult()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("Taxi-v4");
        Assert.Null(remote.Send(Ask(remote, "encode")).Value);
        var call = remote.NewCall();
        call.CallMethod = new CallMethod { Name = "encode", KeywordArguments = ValueCodec.Encode(new Info { ["pass_loc"] = 2L, ["dest_idx"] = 0L }, "k") };
        call.CallMethod.Arguments.Add([ValueCodec.Encode(3L, "a"), ValueCodec.Encode(1L, "a")]);
        Assert.Equal(328L, ValueCodec.Decode(remote.Send(call).Value, "v"));
    }

    [Theory]
    [InlineData("nothing", "has no attribute 'nothing'.")]
    [InlineData("P", "Attribute 'P' of 'TaxiEnv' cannot be set; those that can are ")]
    [InlineData("num_envs", "Attribute 'num_envs' cannot be set.")]
    public async Task SetAttribute_ThatCannotBeSet_IsAnAttributeErrorAndAddsNothing(string name, string text)
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("Taxi-v4");
        var fault = remote.Send(Set(remote, name, 1L)).Fault;
        Assert.Equal("AttributeError", fault.PythonClass);
        Assert.Contains(text, fault.Message, StringComparison.Ordinal);
        Assert.True(fault.Recoverable);
        Assert.Contains("has no attribute 'nothing'", remote.Send(Ask(remote, "nothing")).Fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CartPole-v1")]
    [InlineData("FrozenLake-v1")]
    [InlineData("Taxi-v4")]
    [InlineData("CliffWalking-v1")]
    [InlineData("Pendulum-v1")]
    [InlineData("BernoulliBandit-v0")]
    public async Task GetAttribute_OfEveryDeclaredName_CrossesTheWire(string id)
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open(id);
        remote.Reset(seed: 1);
        using var local = GymBridge.Environments.EnvironmentCatalog.CreateRegistry().Make(id);
        local.ResetObject(1);
        var missing = Assert.Throws<AttributeException>(() => local.GetWrapperAttr("nothing")).Message;
        foreach (var name in missing[(missing.IndexOf("The attributes are ", StringComparison.Ordinal) + 19)..].TrimEnd('.').Split(", "))
        {
            var value = local.GetWrapperAttr(name);
            if (name != "has_reset" && value is not EnvMethod)
            {
                Assert.Equal(ValueCodec.Encode(value, name), remote.Send(Ask(remote, name)).Value);
            }
        }

        host.AssertQuiet();
    }

    private static object? Get(RemoteSession remote, string name) => ValueCodec.Decode(remote.Send(Ask(remote, name)).Value, name);

    private static Call Ask(RemoteSession remote, string name)
    {
        var call = remote.NewCall();
        call.GetAttribute = new GetAttribute { Name = name };
        return call;
    }

    private static Call Set(RemoteSession remote, string name, object? value)
    {
        var call = remote.NewCall();
        call.SetAttribute = new SetAttribute { Name = name, Value = ValueCodec.Encode(value, name) };
        return call;
    }
}
