using System.Numerics;
using GymBridge.Spaces;

namespace GymBridge.Core.Tests.Spaces;

public class BoxDiscreteTests
{
    [Fact]
    public void Discrete_Contains_AgreesWithGymnasium()
    {
        var space = new Discrete(5, 2);
        Assert.All((object[])[2L, 6, (short)3, (byte)4, 5u, 6ul, NumPyScalar.From(2), NumPyScalar.From((byte)3), NDArray.From<long>([4], []), (BigInteger)6], value => Assert.True(space.Contains(value), $"{value}"));
        Assert.All((object?[])[1L, 7, -1, 3.0, "3", null, true, NumPyScalar.From(3ul), NumPyScalar.From(3.0), NumPyScalar.From(true), NDArray.From(3L), ulong.MaxValue, BigInteger.Pow(2, 70)], value => Assert.False(space.Contains(value), $"{value}"));
        Assert.True(new Discrete(2).Contains(true));
        Assert.False(new Discrete(300, 0, DType.Int16).Contains(NumPyScalar.From(3)));
        Assert.True(new Discrete(300, 0, DType.Int16).Contains(NumPyScalar.From((byte)3)));
        Assert.False(new Discrete(10, 0, DType.UInt8).Contains(NumPyScalar.From((sbyte)3)));
    }

    [Fact]
    public void Box_Contains_AgreesWithGymnasium()
    {
        var space = new Box(-1, 1, [2]);
        Assert.All((object[])[NDArray.From(0f, 1f), NDArray.From((Half)1, (Half)(-1)), NDArray.From((short)1, (short)0), NDArray.From(true, false), new[] { 0.5f, -1f }], value => Assert.True(space.Contains(value), $"{value}"));
        Assert.All((object?[])[NDArray.From(0.0, 1.0), NDArray.From(0, 1), NDArray.From(float.NaN, 0f), NDArray.From(0f, 1.5f), NDArray.From(0f), NDArray.From<float>([0, 0], 2, 1), null, 0f, new[] { 1f }, new[] { 0.0, 0.0 }], value => Assert.False(space.Contains(value), $"{value}"));
        Assert.True(new Box(0, ulong.MaxValue, [1], DType.UInt64).Contains(NDArray.From(ulong.MaxValue)));
        Assert.False(new Box(-1, 1, [1], DType.Int64).Contains(NDArray.From(1ul)));
    }

    [Fact]
    public void Equality_OfSpaces_ComparesKindTypeAndBoundsAndNoGenerator()
    {
        var (a, b) = (new Box(-1, 1, [2]), new Box(-1, 1, [2]));
        a.Seed(1);
        Assert.Equal(a, b);
        Assert.Equal(a.GetHashCode(), b.GetHashCode());
        Assert.NotEqual(a, new Box(-1, 1, [2], DType.Float64));
        Assert.NotEqual(a, new Box(-1, 2, [2]));
        Assert.NotEqual(a, new Box(-1, 1, [1, 2]));
        Assert.Equal(new Discrete(3, 1), new Discrete(3, 1));
        Assert.NotEqual(new Discrete(3), new Discrete(3, 1));
        Assert.NotEqual(new Discrete(3), new Discrete(3, 0, DType.Int32));
        Assert.NotEqual<Space>(new Discrete(3), a);
    }

    [Theory]
    [InlineData(double.NaN, 1, DType.Float32, "No low value can be equal to `np.nan`")]
    [InlineData(0, double.NaN, DType.Float32, "No high value can be equal to `np.nan`")]
    [InlineData(2, 1, DType.Float32, "must be less than or equal to high")]
    [InlineData(double.NegativeInfinity, 1, DType.UInt8, "unsigned int dtype don't support `-np.inf`")]
    [InlineData(0, double.PositiveInfinity, DType.Bool, "unsigned int dtype don't support `np.inf`")]
    [InlineData(-1, 1, DType.UInt8, "low is out of bounds of the dtype range, low=-1.0")]
    [InlineData(0, 256, DType.UInt8, "high is out of bounds of the dtype range, high=256.0")]
    [InlineData(0, 1e39, DType.Float32, "high is out of bounds")]
    [InlineData(0, 70000, DType.Float16, "high is out of bounds")]
    public void Box_WithBadBounds_NamesTheValue(double low, double high, DType dtype, string message)
    {
        var error = Assert.Throws<ArgumentException>(() => new Box(low, high, [2], dtype));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Box_WithDifferentShapes_IsRefused() =>
        Assert.Contains("must agree in dtype and shape", Assert.Throws<ArgumentException>(() => new Box(NDArray.From(0.0), NDArray.From(1.0, 2.0))).Message, StringComparison.Ordinal);

    [Fact]
    public void Discrete_WithBadArguments_NamesTheValue()
    {
        Assert.Contains("have to be positive, actual value: 0", Assert.Throws<ArgumentException>(() => new Discrete(0)).Message, StringComparison.Ordinal);
        Assert.Contains("float32, must be an integer dtype", Assert.Throws<ArgumentException>(() => new Discrete(2, 0, DType.Float32)).Message, StringComparison.Ordinal);
        Assert.Contains("does not fit int8", Assert.Throws<ArgumentException>(() => new Discrete(200, 0, DType.Int8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sample_WithBadMask_NamesWhatIsWrong()
    {
        var space = new Discrete(3);
        var mask = NDArray.From<sbyte>(1, 0, 1);
        Assert.Contains("Only one of `mask` or `probability`", Assert.Throws<ArgumentException>(() => space.Sample(mask, mask)).Message, StringComparison.Ordinal);
        Assert.Contains("dtype of the sample mask is int8, actual dtype: int64", Assert.Throws<ArgumentException>(() => space.Sample(NDArray.From(1L, 0, 1))).Message, StringComparison.Ordinal);
        Assert.Contains("shape of the sample mask is (3,), actual shape: (2,)", Assert.Throws<ArgumentException>(() => space.Sample(NDArray.From<sbyte>(1, 0))).Message, StringComparison.Ordinal);
        Assert.Contains("should be 0 or 1, actual values: [1 2 0]", Assert.Throws<ArgumentException>(() => space.Sample(NDArray.From<sbyte>(1, 2, 0))).Message, StringComparison.Ordinal);
        Assert.Contains("actual sum: 0.9", Assert.Throws<ArgumentException>(() => space.Sample(null, NDArray.From(0.5, 0.4, 0.0))).Message, StringComparison.Ordinal);
        Assert.Contains("between 0 and 1", Assert.Throws<ArgumentException>(() => space.Sample(null, NDArray.From(1.5, -0.5, 0.0))).Message, StringComparison.Ordinal);
        Assert.Contains("actual type: String", Assert.Throws<ArgumentException>(() => space.Sample("011")).Message, StringComparison.Ordinal);
        Assert.Contains("Box.sample cannot be provided a mask", Assert.Throws<GymBridgeException>(() => new Box(0, 1, [1]).Sample(mask)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Seed_OfSpace_ReproducesSamplesAndReturnsWhatWasUsed()
    {
        var space = new Box(0, 1, [3]);
        var used = space.Seed();
        var first = space.Sample();
        Assert.True(used.ToBigInteger() > ulong.MaxValue);
        space.Seed(used);
        Assert.Equal(first, space.Sample());
    }
}
