using GymBridge.Values;

namespace GymBridge;

/// <summary>
/// A NumPy scalar such as <c>np.int64(3)</c> inside an info or option, where Python tells it apart from <c>int</c> and
/// <c>float</c>. C#'s <see cref="float"/> stands for <c>np.float32</c> by itself, <see cref="double"/> for Python's float.
/// </summary>
/// <param name="Value">An array of shape ().</param>
public sealed record NumPyScalar(NDArray Value)
{
    /// <summary>A scalar of the element type that <typeparamref name="T"/> stores.</summary>
    public static NumPyScalar From<T>(T value)
        where T : unmanaged => new(NDArray.From<T>([value], []));

    /// <summary>The value as its .NET type.</summary>
    public object Item => Value.GetItem(0);

    /// <inheritdoc/>
    public override string ToString() => $"np.{Value.DType.Name()}({PythonText.Str(Item)})";
}
