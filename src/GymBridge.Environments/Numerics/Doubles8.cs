using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GymBridge.Environments.Numerics;

/// <summary>Eight float64, on processors with AVX-512.</summary>
internal readonly struct Doubles8 : IDoubles<Vector512<double>>
{
    public static int Count => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Create(double value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load(double[] numbers, int first) => Vector512.Create(numbers, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Widen(ReadOnlySpan<float> numbers) => Avx512F.ConvertToVector512Double(Vector256.Create(numbers));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<double> numbers, double[] target, int first) => numbers.CopyTo(target, first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Add(Vector512<double> a, Vector512<double> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Subtract(Vector512<double> a, Vector512<double> b) => a - b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Multiply(Vector512<double> a, Vector512<double> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Divide(Vector512<double> a, Vector512<double> b) => a / b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Fma(Vector512<double> a, Vector512<double> b, Vector512<double> c) => Vector512.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Negate(Vector512<double> a) => -a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Abs(Vector512<double> a) => Vector512.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> CopySign(Vector512<double> size, Vector512<double> sign) => Vector512.CopySign(size, sign);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Floor(Vector512<double> a) => Vector512.Floor(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> RoundToSingle(Vector512<double> a) => Avx512F.ConvertToVector512Double(Avx512F.ConvertToVector256Single(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> AtLeast(Vector512<double> bound, Vector512<double> a) => Vector512.MaxNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> AtMost(Vector512<double> bound, Vector512<double> a) => Vector512.MinNative(bound, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Equal(Vector512<double> a, Vector512<double> b) => Vector512.Equals(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> LessThan(Vector512<double> a, Vector512<double> b) => Vector512.LessThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> GreaterThan(Vector512<double> a, Vector512<double> b) => Vector512.GreaterThan(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> GreaterThanOrEqual(Vector512<double> a, Vector512<double> b) => Vector512.GreaterThanOrEqual(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> And(Vector512<double> a, Vector512<double> b) => a & b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Or(Vector512<double> a, Vector512<double> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Xor(Vector512<double> a, Vector512<double> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> ShiftLeft(Vector512<double> a, [ConstantExpected] int count) => (a.AsInt64() << count).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> AreOdd(Vector512<double> bits) =>
        Vector512.Equals(bits.AsInt64() & Vector512<long>.One, Vector512<long>.One).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Select(Vector512<double> mask, Vector512<double> a, Vector512<double> b) =>
        Vector512.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Bits(Vector512<double> mask) => (uint)mask.ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> AreEqual(ReadOnlySpan<long> actions, long action) =>
        Vector512.Equals(Vector512.Create(actions), Vector512.Create(action)).AsDouble();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LookUp(
        Vector512<double> rows, out Vector512<double> sin, out Vector512<double> sinRest, out Vector512<double> cos, out Vector512<double> cosRest)
    {
        ref var table = ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(SineTable.Bits));
        var bits = rows.AsInt64();
        var isUpper = Vector512.Equals(bits & Vector512.Create(16L), Vector512.Create(16L)).AsDouble();
        sin = Pick(ref table, bits, isUpper);
        sinRest = Pick(ref Unsafe.Add(ref table, SineTable.Stride), bits, isUpper);
        cos = Pick(ref Unsafe.Add(ref table, 2 * SineTable.Stride), bits, isUpper);
        cosRest = Pick(ref Unsafe.Add(ref table, 3 * SineTable.Stride), bits, isUpper);
    }

    // A permutation of two registers reads its 16 elements by the low four bits.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Pick(ref double column, Vector512<long> rows, Vector512<double> isUpper) => Vector512.ConditionalSelect(
        isUpper,
        Avx512F.PermuteVar8x64x2(Vector512.LoadUnsafe(ref column, 16), rows, Vector512.LoadUnsafe(ref column, 24)),
        Avx512F.PermuteVar8x64x2(Vector512.LoadUnsafe(ref column), rows, Vector512.LoadUnsafe(ref column, 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void LookUp(
        Vector512<double> rows,
        Vector512<double> isSine,
        out Vector512<double> near,
        out Vector512<double> nearRest,
        out Vector512<double> other,
        out Vector512<double> otherRest)
    {
        // The table lies in the program's image: it never moves.
        var columns = (double*)Unsafe.AsPointer(ref Unsafe.As<ulong, double>(ref MemoryMarshal.GetReference(SineTable.Bits)));
        var row = rows.AsInt64() & Vector512.Create(LibmTrigonometry.RowMask);
        var toCosine = Vector512.Create(2L * SineTable.Stride);
        var nearRow = row + Vector512.AndNot(toCosine, isSine.AsInt64());
        var otherRow = row + (toCosine & isSine.AsInt64());
        near = Gather(columns, nearRow);
        nearRest = Gather(columns + SineTable.Stride, nearRow);
        other = Gather(columns, otherRow);
        otherRest = Gather(columns + SineTable.Stride, otherRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector512<double> Gather(double* column, Vector512<long> rows) => Vector512.Create(
        Avx2.GatherVector256(column, rows.GetLower(), sizeof(double)), Avx2.GatherVector256(column, rows.GetUpper(), sizeof(double)));
}
