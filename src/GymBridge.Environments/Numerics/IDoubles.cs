using System.Diagnostics.CodeAnalysis;

namespace GymBridge.Environments.Numerics;

/// <summary>The arithmetic of float64 vectors <typeparamref name="V"/>, every operation exactly rounded: a formula that is written in it has the same bits
/// at each width.</summary>
/// <remarks>A processor without AVX-512 is given vectors of half the width: .NET's 512-bit vectors are there calls of two halves each, of which
/// the compiler does not inline as many as a formula has.</remarks>
internal interface IDoubles<V>
    where V : struct
{
    /// <summary>Numbers in a vector.</summary>
    static abstract int Count { get; }

    static abstract V Create(double value);

    /// <summary>Those from <paramref name="first"/>.</summary>
    static abstract V Load(double[] numbers, int first);

    /// <summary>The first ones, as float64.</summary>
    static abstract V Widen(ReadOnlySpan<float> numbers);

    /// <summary>Puts them at <paramref name="first"/> and behind.</summary>
    static abstract void Store(V numbers, double[] target, int first);

    static abstract V Add(V a, V b);

    static abstract V Subtract(V a, V b);

    static abstract V Multiply(V a, V b);

    static abstract V Divide(V a, V b);

    /// <summary>a b + c, rounded once.</summary>
    static abstract V Fma(V a, V b, V c);

    static abstract V Negate(V a);

    static abstract V Abs(V a);

    static abstract V CopySign(V size, V sign);

    static abstract V Floor(V a);

    /// <summary>Rounded to float32, as float64.</summary>
    static abstract V RoundToSingle(V a);

    /// <summary>The greater of a number and a bound; NaN stays NaN.</summary>
    static abstract V AtLeast(V bound, V a);

    /// <summary>The lesser of a number and a bound; NaN stays NaN.</summary>
    static abstract V AtMost(V bound, V a);

    static abstract V Equal(V a, V b);

    static abstract V LessThan(V a, V b);

    static abstract V GreaterThan(V a, V b);

    static abstract V GreaterThanOrEqual(V a, V b);

    static abstract V And(V a, V b);

    static abstract V Or(V a, V b);

    static abstract V Xor(V a, V b);

    /// <summary>The bits of each number, moved up.</summary>
    static abstract V ShiftLeft(V a, [ConstantExpected] int count);

    /// <summary>Where the lowest bit is set.</summary>
    static abstract V AreOdd(V bits);

    static abstract V Select(V mask, V a, V b);

    /// <summary>A bit for each number of a mask.</summary>
    static abstract uint Bits(V mask);

    /// <summary>Where an action is this one.</summary>
    static abstract V AreEqual(ReadOnlySpan<long> actions, long action);

    /// <summary>The columns of the table of sines at the rows in the low bits of <paramref name="rows"/>, of 32.</summary>
    static abstract void LookUp(V rows, out V sin, out V sinRest, out V cos, out V cosRest);

    /// <summary>The same of all 128 rows; where <paramref name="isSine"/>, the columns of the sine are near and those of the cosine the others, elsewhere the
    /// other way round.</summary>
    static abstract void LookUp(V rows, V isSine, out V near, out V nearRest, out V other, out V otherRest);
}
