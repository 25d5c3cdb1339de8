using GymBridge.Environments.ClassicControl;
using GymBridge.Errors;

namespace GymBridge.Environments.Tests.ClassicControl;

public class CartPoleTests
{
    [Fact]
    public void Spaces_OfCartPole_ReadAsInGymnasium()
    {
        using var env = new CartPoleEnv();
        Assert.Equal(
            "Box([-4.8               -inf -0.41887903        -inf], [4.8               inf 0.41887903        inf], (4,), float32)",
            env.ObservationSpace.ToString());
        Assert.Equal("Discrete(2)", env.ActionSpace.ToString());
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    [InlineData(long.MinValue)]
    public void Step_WithActionOutOfRange_NamesItAndTheSpace(long action)
    {
        using var env = new CartPoleEnv();
        env.Reset(1);
        Assert.Contains($"Action {action} is not in Discrete(2)", Assert.Throws<InvalidActionException>(() => env.Step(action)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Step_BeforeReset_ThrowsResetNeeded() => Assert.Throws<ResetNeededException>(() => new CartPoleEnv().Step(0));

    [Theory]
    [InlineData(0.5, 0.1, "Lower bound (0.5) must be lower than higher bound (0.1).")]
    [InlineData("abc", 0.1, "An option (abc) could not be converted to a float.")]
    [InlineData(null, 0.1, "An option (None) could not be converted to a float.")]
    public void Reset_WithBadBounds_SaysWhatGymnasiumSays(object? low, object high, string message)
    {
        using var env = new CartPoleEnv();
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => env.Reset(1, new Info { ["low"] = low, ["high"] = high })).Message);
    }

    [Fact]
    public void Reset_WithBoundsAsNumPyScalarsOrText_TakesThem()
    {
        using var env = new CartPoleEnv();
        var expected = env.Reset(1, new Info { ["low"] = -0.5, ["high"] = 0.25 }).Observation;
        Assert.Equal(expected, env.Reset(1, new Info { ["low"] = NumPyScalar.From(-0.5), ["high"] = NDArray.From<float>([0.25f], []) }).Observation);
        Assert.Equal(expected, env.Reset(1, new Info { ["low"] = "-0.5", ["high"] = "0.25" }).Observation);
    }

    [Fact]
    public void Step_AfterTermination_GivesNoFurtherReward()
    {
        using var env = new CartPoleEnv();
        env.Reset(1);
        while (!env.Step(1).Terminated)
        {
        }

        Assert.Equal(0.0, env.Step(1).Reward);
    }

    [Fact]
    public void Step_Observations_AreFresh()
    {
        using var env = new CartPoleEnv();
        var first = env.Reset(1).Observation;
        var kept = first.ToArray();
        Assert.NotSame(first, env.Step(1).Observation);
        Assert.Equal(kept, first);
    }

    [Fact]
    public void Render_OfUprightPole_ShowsTrackCartPoleAndAxle()
    {
        using var env = new CartPoleEnv(renderMode: "rgb_array");
        Assert.Null(env.Render());
        env.Reset(1, new Info { ["low"] = 0.0, ["high"] = 0.0 });
        var frame = Assert.IsType<NDArray>(env.Render());
        Assert.Equal((DType.UInt8, "(400, 600, 3)"), (frame.DType, NDArray.ShapeText(frame.Shape.AsSpan())));
        Assert.Equal(0xFFFFFF, Pixel(frame, 10, 10));
        Assert.Equal(0x000000, Pixel(frame, 299, 5)); // track, 100 above the lower edge
        Assert.Equal(0x000000, Pixel(frame, 299, 320)); // cart
        Assert.Equal(0xCA9865, Pixel(frame, 200, 300)); // pole, upright at the centre
        Assert.Equal(0xFFFFFF, Pixel(frame, 200, 310));
        Assert.Equal(0x8184CB, Pixel(frame, 292, 300)); // axle
    }

    [Fact]
    public void Render_WithoutMode_IsNull()
    {
        using var env = new CartPoleEnv();
        env.Reset(1);
        Assert.Null(env.Render());
    }

    private static int Pixel(NDArray frame, int row, int column)
    {
        var pixel = frame.AsSpan<byte>().Slice(((row * 600) + column) * 3, 3);
        return (pixel[0] << 16) | (pixel[1] << 8) | pixel[2];
    }
}
