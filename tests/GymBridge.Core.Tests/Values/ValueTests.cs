using System.Globalization;
using System.Numerics;
using GymBridge.Batch;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Core.Tests.Values;

public class ValueTests
{
    [Fact]
    public void Info_WithEntries_KeepsTheirOrderAndNamesMissingKeys()
    {
        var info = new Info { ["b"] = 1, ["a"] = null };
        info["b"] = 2;
        Assert.Equal(["b", "a"], info.Keys);
        Assert.Equal("{'b': 2, 'a': None}", info.ToString());
        Assert.Contains("no 'c' here; the names are [b, a]", Assert.Throws<KeyNotFoundException>(() => info["c"]).Message, StringComparison.Ordinal);
        var copy = info.Copy();
        copy["c"] = 3;
        Assert.False(info.ContainsKey("c"));
    }

    [Fact]
    public void Info_Empty_CannotBeChanged()
    {
        Assert.Throws<InvalidOperationException>(() => Info.Empty["a"] = 1);
        Assert.Empty(Info.Empty);
        var copy = Info.Empty.Copy();
        copy["a"] = 1;
        Assert.Empty(Info.Empty.Keys);
    }

    [Fact]
    public void NDArray_OfShapes_CountsElementsAndRefusesBadOnes()
    {
        Assert.Equal(1, new NDArray(DType.Float64).Length);
        Assert.Equal(0, new NDArray(DType.Float64, 3, 0, 2).Length);
        Assert.Equal(24, new NDArray(DType.Int16, 2, 3, 4).Length);
        Assert.Throws<ArgumentException>(() => new NDArray(DType.UInt8, 2, -1));
        Assert.Throws<ArgumentException>(() => new NDArray(DType.Float64, 1 << 20, 1 << 20));
        Assert.Contains("it takes 8 bytes", Assert.Throws<ArgumentException>(() => NDArray.FromBytes(DType.Int32, [2], new byte[7])).Message, StringComparison.Ordinal);
        Assert.Contains("holds int32, not float32", Assert.Throws<InvalidOperationException>(() => NDArray.From(1, 2).AsSpan<float>().Length).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NDArray_Equality_ComparesTypeShapeAndBytes()
    {
        Assert.Equal(NDArray.From(double.NaN), NDArray.From(double.NaN));
        Assert.NotEqual(NDArray.From(0.0), NDArray.From(-0.0));
        Assert.NotEqual<object>(NDArray.From(1), NDArray.From(1L));
        Assert.NotEqual(NDArray.From<int>([1, 2, 3, 4], 2, 2), NDArray.From(1, 2, 3, 4));
        var original = NDArray.From(1f, 2f);
        var clone = original.Clone();
        clone.AsSpan<float>()[0] = 9;
        Assert.Equal(1f, original.GetItem(0));
    }

    [Fact]
    public void TupleValue_Equality_IsElementWise()
    {
        Assert.Equal(TupleValue.Of(1L, "a", null), TupleValue.Of(1L, "a", null));
        Assert.NotEqual(TupleValue.Of(1L), TupleValue.Of(1));
        Assert.Equal(TupleValue.Of(1L, 2L).GetHashCode(), TupleValue.Of(1L, 2L).GetHashCode());
    }

    [Fact]
    public void Columns_OfBox_ReadAndWriteLanesApart()
    {
        var columns = new Columns(new Box(-1, 1, [2, 2]), 3);
        var value = NDArray.From<float>([1, 2, 3, 4], 2, 2);
        columns.Write(1, value);
        Assert.Equal(value, columns.Read(1));
        Assert.Equal([0f, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0], columns[0].AsSpan<float>().ToArray());
        columns.CopyLane(columns, 1, 2);
        Assert.Equal(value, columns.Read(2));
        Assert.Throws<ArgumentException>(() => columns.Write(0, NDArray.From(1f, 2f)));
        Assert.ThrowsAny<ArgumentException>(() => columns.Read(3));
        Assert.Contains("holds float32, not float64", Assert.Throws<InvalidOperationException>(() => columns[0].AsSpan<double>().Length).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(DType.Int8, -100)]
    [InlineData(DType.UInt8, 200)]
    [InlineData(DType.Int16, -30000)]
    [InlineData(DType.UInt16, 60000)]
    [InlineData(DType.Int32, -2_000_000_000)]
    [InlineData(DType.UInt32, 4_000_000_000)]
    [InlineData(DType.Int64, long.MinValue + 1)]
    public void Columns_OfDiscrete_KeepEveryIntegerType(DType dtype, long value)
    {
        var space = new Discrete(1, value, dtype);
        var columns = new Columns(space, 2);
        columns.Write(1, value);
        Assert.Equal(value, columns.Read(1));
        Assert.Equal(0L, columns.Read(0));
        Assert.Equal(value, LaneCodec.For<long>(space).Read(columns, 1));
    }

    [Fact]
    public void Columns_OfDiscrete_RefuseWhatTheTypeCannotHold()
    {
        var columns = new Columns(new Discrete(2, 0, DType.Int8), 1);
        Assert.Contains("300 does not fit int8", Assert.Throws<ArgumentException>(() => columns.Write(0, 300)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => columns.Write(0, 1.0));
    }

    [Fact]
    public void LaneCodec_OfArrays_CopiesAndChecksTheLength()
    {
        var space = new Box(0, 9, [2, 2], DType.Float64);
        var columns = new Columns(space, 1);
        var codec = LaneCodec.For<double[]>(space);
        double[] value = [1, 2, 3, 4];
        codec.Write(value, columns, 0);
        value[0] = 7;
        Assert.Equal([1.0, 2, 3, 4], codec.Read(columns, 0));
        Assert.Contains("3 elements does not fill Box(0.0, 9.0, (2, 2), float64); it takes 4", Assert.Throws<ArgumentException>(() => codec.Write([1, 2, 3], columns, 0)).Message, StringComparison.Ordinal);
        Assert.Contains("use double[] or NDArray, or object", Assert.Throws<ArgumentException>(() => LaneCodec.For<float[]>(space)).Message, StringComparison.Ordinal);
        Assert.IsType<NDArray>(LaneCodec.For<object>(space).Read(columns, 0));
    }

    [Theory]
    [InlineData(1.0, "1.0")]
    [InlineData(1e-5, "1e-05")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(1e16, "1e+16")]
    [InlineData(123456789012345680.0, "1.2345678901234568e+17")]
    [InlineData(9999999999999998.0, "9999999999999998.0")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(1.7976931348623157e308, "1.7976931348623157e+308")]
    public void Repr_OfFloat_IsPythons(double value, string expected) => Assert.Equal(expected, PythonText.Repr(value));

    [Fact]
    public void Repr_OfValues_IsPythons()
    {
        Assert.Equal("'it'", PythonText.Repr("it"));
        Assert.Equal("\"it's\"", PythonText.Repr("it's"));
        Assert.Equal("(1, 'a', None)", PythonText.Repr(TupleValue.Of(1L, "a", null)));
        Assert.Equal("(True,)", PythonText.Repr(TupleValue.Of(true)));
        Assert.Equal("{'a': [1.5, np.int64(2)]}", PythonText.Repr(new Info { ["a"] = new List<object?> { 1.5, NumPyScalar.From(2L) } }));
        Assert.Equal(BigInteger.Pow(10, 30).ToString(CultureInfo.InvariantCulture), PythonText.Repr(BigInteger.Pow(10, 30)));
    }
}
