using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Environments.Numerics;

/// <summary>Four float64, on processors with AVX2.</summary>
internal readonly struct Doubles4 : IDoubles<Vector256<double>>
{
    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Create(double value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Load(double[] numbers, int first) => Vector256.Create(numbers, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Widen(ReadOnlySpan<float> numbers) => Avx.ConvertToVector256Double(Vector128.Create(numbers));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<double> numbers, double[] target, int first) => numbers.CopyTo(target, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Add(Vector256<double> a, Vector256<double> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Subtract(Vector256<double> a, Vector256<double> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Multiply(Vector256<double> a, Vector256<double> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Divide(Vector256<double> a, Vector256<double> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Fma(Vector256<double> a, Vector256<double> b, Vector256<double> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Negate(Vector256<double> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Abs(Vector256<double> a) => Vector256.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> CopySign(Vector256<double> size, Vector256<double> sign) => Vector256.CopySign(size, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Floor(Vector256<double> a) => Vector256.Floor(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> RoundToSingle(Vector256<double> a) => Avx.ConvertToVector256Double(Avx.ConvertToVector128Single(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> AtLeast(Vector256<double> bound, Vector256<double> a) => Vector256.MaxNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> AtMost(Vector256<double> bound, Vector256<double> a) => Vector256.MinNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Equal(Vector256<double> a, Vector256<double> b) => Vector256.Equals(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> LessThan(Vector256<double> a, Vector256<double> b) => Vector256.LessThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> GreaterThan(Vector256<double> a, Vector256<double> b) => Vector256.GreaterThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> GreaterThanOrEqual(Vector256<double> a, Vector256<double> b) => Vector256.GreaterThanOrEqual(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> And(Vector256<double> a, Vector256<double> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Or(Vector256<double> a, Vector256<double> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Xor(Vector256<double> a, Vector256<double> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> ShiftLeft(Vector256<double> a, [ConstantExpected] int count) => (a.AsInt64() << count).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> AreOdd(Vector256<double> bits) =>
        Vector256.Equals(bits.AsInt64() & Vector256<long>.One, Vector256<long>.One).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Select(Vector256<double> mask, Vector256<double> a, Vector256<double> b) =>
        Vector256.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Vector256<double> mask) => (uint)mask.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> AreEqual(ReadOnlySpan<long> actions, long action) =>
        Vector256.Equals(Vector256.Create(actions), Vector256.Create(action)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void LookUp(
        Vector256<double> rows, out Vector256<double> sin, out Vector256<double> sinRest, out Vector256<double> cos, out Vector256<double> cosRest)
    {
        // The table lies in the program's image: it never moves.
        var columns = (double*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(SineTable.Bits));
        var row = rows.AsInt64() & Vector256.Create(LibmTrigonometry.SmallRows - 1L);
        sin = Avx2.GatherVector256(columns, row, sizeof(double));
        sinRest = Avx2.GatherVector256(columns + SineTable.Stride, row, sizeof(double));
        cos = Avx2.GatherVector256(columns + (2 * SineTable.Stride), row, sizeof(double));
        cosRest = Avx2.GatherVector256(columns + (3 * SineTable.Stride), row, sizeof(double));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void LookUp(
        Vector256<double> rows,
        Vector256<double> isSine,
        out Vector256<double> near,
        out Vector256<double> nearRest,
        out Vector256<double> other,
        out Vector256<double> otherRest)
    {
        // The table lies in the program's image: it never moves.
        var columns = (double*)Unsafe.AsPointer(ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(SineTable.Bits)));
        var row = rows.AsInt64() & Vector256.Create(LibmTrigonometry.RowMask);
        var toCosine = Vector256.Create(2L * SineTable.Stride);
        var nearRow = row + Vector256.AndNot(toCosine, isSine.AsInt64());
        var otherRow = row + (toCosine & isSine.AsInt64());
        near = Avx2.GatherVector256(columns, nearRow, sizeof(double));
        nearRest = Avx2.GatherVector256(columns + SineTable.Stride, nearRow, sizeof(double));
        other = Avx2.GatherVector256(columns, otherRow, sizeof(double));
        otherRest = Avx2.GatherVector256(columns + SineTable.Stride, otherRow, sizeof(double));
    }
}
