using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The states of N CartPoles, one array for each of the four numbers, stepped eight at a time.</summary>
internal sealed class CartPoleLanes
{
    private readonly double[] _x;
    private readonly double[] _xDot;
    private readonly double[] _theta;
    private readonly double[] _thetaDot;

    public CartPoleLanes(int lanes)
    {
        _x = new double[lanes];
        _xDot = new double[lanes];
        _theta = new double[lanes];
        _thetaDot = new double[lanes];
    }

    /// <summary>The state of one lane.</summary>
    public CartPoleState this[int lane]
    {
        get => new(_x[lane], _xDot[lane], _theta[lane], _thetaDot[lane]);
        set => (_x[lane], _xDot[lane], _theta[lane], _thetaDot[lane]) = (value.X, value.XDot, value.Theta, value.ThetaDot);
    }

    /// <summary>Steps one lane and writes its observation of four elements.</summary>
    public bool StepOne(int lane, long action, Span<float> observation)
    {
        var state = this[lane];
        var fell = CartPoleDynamics.Step(ref state, action == 1);
        this[lane] = state;
        CartPoleDynamics.Observe(state, observation);
        return fell;
    }

    /// <summary>Steps the eight lanes from <paramref name="first"/> and writes their observations.</summary>
    /// <param name="first">First lane; seven more follow.</param>
    /// <param name="actions">Eight actions of 0 and 1.</param>
    /// <param name="observations">32 elements.</param>
    /// <returns>A bit for each lane: whether it terminated.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint StepGroup(int first, ReadOnlySpan<long> actions, Span<float> observations) => Vector512.IsHardwareAccelerated
        ? StepGroup<Doubles8, Vector512<double>>(first, actions, observations)
        : StepGroup<Doubles4, Vector256<double>>(first, actions, observations);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint StepGroup<S, V>(int first, ReadOnlySpan<long> actions, Span<float> observations)
        where S : struct, IDoubles<V>
        where V : struct
    {
        if (!LaneGroup.AreBelow<S, V>(_theta, first, LibmTrigonometry.Limit))
        {
            return StepEach(first, actions, observations);
        }

        var fell = 0u;
        for (var i = 0; i < LaneGroup.Size; i += S.Count)
        {
            var at = first + i;
            var (x, xDot, theta, thetaDot) = (S.Load(_x, at), S.Load(_xDot, at), S.Load(_theta, at), S.Load(_thetaDot, at));
            fell |= CartPoleDynamics.Step<S, V>(ref x, ref xDot, ref theta, ref thetaDot, CartPoleDynamics.Force<S, V>(actions[i..])) << i;
            S.Store(x, _x, at);
            S.Store(xDot, _xDot, at);
            S.Store(theta, _theta, at);
            S.Store(thetaDot, _thetaDot, at);
        }

        Observe(first, observations);
        return fell;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint StepEach(int first, ReadOnlySpan<long> actions, Span<float> observations)
    {
        var fell = 0u;
        for (var i = 0; i < LaneGroup.Size; i++)
        {
            fell |= StepOne(first + i, actions[i], observations.Slice(4 * i, 4)) ? 1u << i : 0;
        }

        return fell;
    }

    // Rounds to float32 and turns four rows of eight into eight rows of four.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Observe(int first, Span<float> observations)
    {
        var (a, b) = (LaneGroup.Narrow(_x, first), LaneGroup.Narrow(_xDot, first));
        var (c, d) = (LaneGroup.Narrow(_theta, first), LaneGroup.Narrow(_thetaDot, first));
        var (abLow, abHigh) = (Avx.UnpackLow(a, b).AsDouble(), Avx.UnpackHigh(a, b).AsDouble());
        var (cdLow, cdHigh) = (Avx.UnpackLow(c, d).AsDouble(), Avx.UnpackHigh(c, d).AsDouble());
        var lanes04 = Avx.UnpackLow(abLow, cdLow).AsSingle();
        var lanes15 = Avx.UnpackHigh(abLow, cdLow).AsSingle();
        var lanes26 = Avx.UnpackLow(abHigh, cdHigh).AsSingle();
        var lanes37 = Avx.UnpackHigh(abHigh, cdHigh).AsSingle();
        ref var target = ref MemoryMarshal.GetReference(observations[..(4 * LaneGroup.Size)]);
        Avx.Permute2x128(lanes04, lanes15, 0x20).StoreUnsafe(ref target);
        Avx.Permute2x128(lanes26, lanes37, 0x20).StoreUnsafe(ref target, 8);
        Avx.Permute2x128(lanes04, lanes15, 0x31).StoreUnsafe(ref target, 16);
        Avx.Permute2x128(lanes26, lanes37, 0x31).StoreUnsafe(ref target, 24);
    }
}
