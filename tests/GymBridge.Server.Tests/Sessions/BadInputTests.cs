using Google.Protobuf;
using Grpc.Core;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.V1;
using GymBridge.Server.Tests.Infrastructure;

namespace GymBridge.Server.Tests.Sessions;

/// <summary>What does not fit the contract is refused with a clear text, uses no seq and harms nothing.</summary>
public sealed class BadInputTests
{
    public static TheoryData<string, StatusCode, string> Cases => new()
    {
        { "short slab", StatusCode.InvalidArgument, "action: leaf 0 '': 24 bytes expected (3 lanes x int64), got 23." },
        { "no slab", StatusCode.InvalidArgument, "action: 1 leaves expected, got 0." },
        { "two slabs", StatusCode.InvalidArgument, "action: 1 leaves expected, got 2." },
        { "short step mask", StatusCode.InvalidArgument, "lane_mask: 3 bytes expected (one a lane), got 2." },
        { "empty step mask", StatusCode.InvalidArgument, "lane_mask: no lane is chosen; leave it empty for all lanes." },
        { "mask byte 7", StatusCode.InvalidArgument, "lane_mask: byte 1 is 7, a flag is 0 or 1." },
        { "empty reset mask", StatusCode.InvalidArgument, "lane_mask: no lane is chosen; leave it empty for all lanes." },
        { "two seeds", StatusCode.InvalidArgument, "seeds: none or 3 expected (one a lane), got 2." },
        { "options list", StatusCode.InvalidArgument, "options must be a dict with string keys, got list." },
        { "options without kind", StatusCode.InvalidArgument, "options['a']: a value of a kind that is not known here, or of none." },
        { "deep options", StatusCode.InvalidArgument, "options nests deeper than 32 containers." },
        { "no kind", StatusCode.Unimplemented, "The call has no kind that is known here: reset, step, ping, get_attribute, set_attribute, call_method, render, get_generator, set_generator, take_snapshot or restore_snapshot." },
        { "render lane 3", StatusCode.InvalidArgument, "Lane 3 does not exist; the lanes are 0 to 2." },
        { "attribute", StatusCode.PermissionDenied, "'__class__' cannot be reached: a name without leading underscore is needed." },
        { "set attribute", StatusCode.InvalidArgument, "set_attribute: the value is missing." },
        { "call method", StatusCode.PermissionDenied, "'a.b' cannot be reached: a name without leading underscore is needed." },
        { "generator without state", StatusCode.InvalidArgument, "set_generator: the state is missing." },
        { "even increment", StatusCode.InvalidArgument, "The increment of a PCG64 generator is odd, got 0." },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Exchange_BadCall_IsRefusedAndTheSessionGoesOn(string name, StatusCode code, string text)
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open(lanes: 3);
        remote.Reset();
        var call = remote.NewCall();
        Spoil(call, name);

        var refusal = remote.Refused(call);

        Assert.Equal(code, refusal.StatusCode);
        Assert.Equal(text, refusal.Status.Detail);
        Assert.Equal(0, host.Probe.Steps);
        Assert.Equal(2UL, remote.Step(0, 0, 0).Seq);
        host.AssertQuiet();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(17)]
    public async Task Exchange_SessionIdOfWrongLength_IsInvalidArgument(int length)
    {
        await using var host = await TestHost.StartAsync();
        var call = new Call { Seq = 1, SessionId = ByteString.CopyFrom(new byte[length]), Ping = new Ping() };

        var refusal = Assert.Throws<RpcException>(() => host.Client.Exchange(call));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
        Assert.Equal($"A session id has 16 bytes, got {length}.", refusal.Status.Detail);
    }

    [Fact]
    public async Task Exchange_UnknownSession_IsNotFound()
    {
        await using var host = await TestHost.StartAsync();
        var call = new Call { Seq = 1, SessionId = ByteString.CopyFrom(new byte[16]), Ping = new Ping() };

        Assert.Equal(StatusCode.NotFound, Assert.Throws<RpcException>(() => host.Client.Exchange(call)).StatusCode);
    }

    [Fact]
    public async Task Drive_CallForAnotherSession_IsInvalidArgument()
    {
        await using var host = await TestHost.StartAsync();
        var (first, second) = (host.Open(), host.Open());
        using var stream = host.Client.Drive();
        await stream.RequestStream.WriteAsync(first.ResetCall());
        Assert.True(await stream.ResponseStream.MoveNext(default));
        await stream.RequestStream.WriteAsync(second.ResetCall());

        var refusal = await Assert.ThrowsAsync<RpcException>(() => stream.ResponseStream.MoveNext(default));

        Assert.Equal(StatusCode.InvalidArgument, refusal.StatusCode);
    }

    [Theory]
    [InlineData("metadata", "{'render_modes': System.Collections.Generic.List`1[System.Object], 'render_fps': 50}")]
    [InlineData("num_envs", "2")]
    [InlineData("np_random_seed", "8")]
    [InlineData("render_mode", "None")]
    public async Task GetAttribute_DeclaredOne_GivesItsValue(string name, string expected)
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1", 2);
        remote.Reset(7);
        var call = remote.NewCall();
        call.GetAttribute = new GetAttribute { Name = name, Lane = 1 };

        Assert.Equal(expected, ValueCodec.Decode(remote.Send(call).Value)?.ToString() ?? "None");
    }

    [Fact]
    public async Task Render_RgbArray_GivesTheFrameOfALocalEnvironment()
    {
        await using var host = await TestHost.StartAsync();
        var remote = host.Open("CartPole-v1", 1, request => request.RenderMode = "rgb_array");
        using var local = TestHost.RegistryWith(host.Probe).MakeVec("CartPole-v1", 1, new MakeOptions { RenderMode = "rgb_array" });
        local.Reset(local.CreateStep(), 3);
        remote.Reset(3);
        var call = remote.NewCall();
        call.Render = new Render();

        Assert.Equal(local.Render(0), ValueCodec.Decode(remote.Send(call).Value));
    }

    private static void Spoil(Call call, string name)
    {
        switch (name)
        {
            case "short slab": call.Step = new Step { Action = { Zeros(23) } }; break;
            case "no slab": call.Step = new Step(); break;
            case "two slabs": call.Step = new Step { Action = { Zeros(24), Zeros(24) } }; break;
            case "short step mask": call.Step = new Step { Action = { Zeros(24) }, LaneMask = Zeros(2) }; break;
            case "empty step mask": call.Step = new Step { Action = { Zeros(24) }, LaneMask = Zeros(3) }; break;
            case "mask byte 7": call.Reset = new Reset { LaneMask = ByteString.CopyFrom(1, 7, 1) }; break;
            case "empty reset mask": call.Reset = new Reset { LaneMask = Zeros(3) }; break;
            case "two seeds": call.Reset = new Reset { Seeds = { new Seed(), new Seed() } }; break;
            case "options list": call.Reset = new Reset { Options = ValueCodec.Encode(new List<object?>()) }; break;
            case "options without kind":
                call.Reset = new Reset { Options = ValueCodec.Encode(new Info { ["a"] = null }) };
                call.Reset.Options.Dict.Values[0].ClearKind();
                break;
            case "deep options": call.Reset = new Reset { Options = Deep(33) }; break;
            case "no kind": break;
            case "render lane 3": call.Render = new Render { Lane = 3 }; break;
            case "attribute": call.GetAttribute = new GetAttribute { Name = "__class__" }; break;
            case "set attribute": call.SetAttribute = new SetAttribute { Name = "gravity" }; break;
            case "call method": call.CallMethod = new CallMethod { Name = "a.b" }; break;
            case "generator without state": call.SetGenerator = new SetGenerator(); break;
            case "even increment":
                call.SetGenerator = new SetGenerator { State = new GeneratorState { State = Zeros(16), Increment = Zeros(16) } };
                break;
            default: throw new ArgumentException(name);
        }
    }

    private static ByteString Zeros(int count) => ByteString.CopyFrom(new byte[count]);

    private static Value Deep(int depth)
    {
        var value = new Value { None = true };
        for (var i = 0; i < depth; i++)
        {
            value = new Value { List = new Value.Types.List { Items = { value } } };
        }

        return value;
    }
}
