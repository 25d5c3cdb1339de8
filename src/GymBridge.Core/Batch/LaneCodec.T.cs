namespace GymBridge.Batch;

/// <summary>Moves values of type <typeparamref name="T"/> between a typed environment and the columns of a batch.</summary>
/// <typeparam name="T">The .NET type in which an environment speaks of a space.</typeparam>
public abstract class LaneCodec<T>
{
    /// <summary>The value of one lane; a fresh copy.</summary>
    public abstract T Read(Columns columns, int lane);

    /// <summary>Puts a value into one lane.</summary>
    /// <exception cref="ArgumentException">The value has another shape than the space.</exception>
    public abstract void Write(T value, Columns columns, int lane);
}
