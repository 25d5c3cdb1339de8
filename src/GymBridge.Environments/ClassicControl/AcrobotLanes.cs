using GymBridge.Environments.Numerics;

namespace GymBridge.Environments.ClassicControl;

/// <summary>The states of N Acrobots, one array for each of the four numbers, stepped several at a time.</summary>
internal sealed class AcrobotLanes(int lanes)
{
    private readonly double[] _theta1 = new double[lanes];
    private readonly double[] _theta2 = new double[lanes];
    private readonly double[] _speed1 = new double[lanes];
    private readonly double[] _speed2 = new double[lanes];

    // Of the angles that a group came to.
    private readonly double[] _sine1 = new double[LaneGroup.Size];
    private readonly double[] _cosine1 = new double[LaneGroup.Size];
    private readonly double[] _sine2 = new double[LaneGroup.Size];
    private readonly double[] _cosine2 = new double[LaneGroup.Size];

    /// <summary>Copies the state of one lane.</summary>
    public void Read(int lane, Span<double> state) =>
        (state[0], state[1], state[2], state[3]) = (_theta1[lane], _theta2[lane], _speed1[lane], _speed2[lane]);

    /// <summary>Sets the state of one lane.</summary>
    public void Write(int lane, ReadOnlySpan<double> state) =>
        (_theta1[lane], _theta2[lane], _speed1[lane], _speed2[lane]) = (state[0], state[1], state[2], state[3]);

    /// <summary>Whether the eight lanes from <paramref name="first"/> can be stepped together.</summary>
    public bool CanStepGroup<S, V>(int first)
        where S : struct, IDoubles<V>
        where V : struct =>
        LaneGroup.AreBelow<S, V>(_theta1, first, AcrobotDynamics.VectorLimit)
        && LaneGroup.AreBelow<S, V>(_theta2, first, AcrobotDynamics.VectorLimit)
        && LaneGroup.AreBelow<S, V>(_speed1, first, AcrobotDynamics.VectorSpeedLimit)
        && LaneGroup.AreBelow<S, V>(_speed2, first, AcrobotDynamics.VectorSpeedLimit);

    /// <summary>Steps the eight lanes from <paramref name="first"/> and writes their observations.</summary>
    /// <param name="first">First lane; seven more follow.</param>
    /// <param name="actions">Eight actions of 0, 1 and 2, each the torque and 1.</param>
    /// <param name="isNips">Whether the equations are those of Sutton 1996.</param>
    /// <param name="observations">48 elements.</param>
    /// <returns>A bit for each lane: whether its end is above the line.</returns>
    public uint StepGroup<S, V>(int first, ReadOnlySpan<long> actions, bool isNips, Span<float> observations)
        where S : struct, IDoubles<V>
        where V : struct
    {
        var above = 0u;
        for (var i = 0; i < LaneGroup.Size; i += S.Count)
        {
            var at = first + i;
            var (theta1, theta2, speed1, speed2) = (S.Load(_theta1, at), S.Load(_theta2, at), S.Load(_speed1, at), S.Load(_speed2, at));
            AcrobotDynamics.Step<S, V>(ref theta1, ref theta2, ref speed1, ref speed2, LaneGroup.Directions<S, V>(actions[i..]), isNips);
            S.Store(theta1, _theta1, at);
            S.Store(theta2, _theta2, at);
            S.Store(speed1, _speed1, at);
            S.Store(speed2, _speed2, at);
            var cosine1 = LibmTrigonometry.Cos<S, V>(theta1);
            S.Store(cosine1, _cosine1, i);
            S.Store(LibmTrigonometry.Sin<S, V>(theta1), _sine1, i);
            S.Store(LibmTrigonometry.Cos<S, V>(theta2), _cosine2, i);
            S.Store(LibmTrigonometry.Sin<S, V>(theta2), _sine2, i);
            var height = S.Subtract(S.Negate(cosine1), LibmTrigonometry.Cos<S, V>(S.Add(theta2, theta1)));
            above |= S.Bits(S.GreaterThan(height, S.Create(1))) << i;
        }

        for (var i = 0; i < LaneGroup.Size; i++)
        {
            var observation = observations.Slice(6 * i, 6);
            (observation[0], observation[1]) = ((float)_cosine1[i], (float)_sine1[i]);
            (observation[2], observation[3]) = ((float)_cosine2[i], (float)_sine2[i]);
            (observation[4], observation[5]) = ((float)_speed1[first + i], (float)_speed2[first + i]);
        }

        return above;
    }
}
