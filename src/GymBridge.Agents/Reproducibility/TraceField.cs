using System.Globalization;
using System.Runtime.InteropServices;

namespace GymBridge.Agents.Reproducibility;

/// <summary>One quantity of a rollout, [steps, lanes, width], whose bits can be digested and compared.</summary>
public abstract class TraceField
{
    private protected TraceField(string name, int lanes, int width)
    {
        Name = name;
        Lanes = lanes;
        Width = width;
    }

    /// <summary>Name of the quantity: <c>observation</c>, <c>reward</c>.</summary>
    public string Name { get; }

    /// <summary>Number of lanes.</summary>
    public int Lanes { get; }

    /// <summary>Elements for one lane at one step.</summary>
    public int Width { get; }

    /// <summary>Number of steps.</summary>
    public abstract int Steps { get; }

    /// <summary>All elements' bytes.</summary>
    public abstract ReadOnlySpan<byte> Bytes { get; }

    /// <summary>A field over the first <paramref name="steps"/> steps of an array; the array is not copied.</summary>
    public static TraceField Of<T>(string name, T[] values, int steps, int lanes, int width = 1)
        where T : unmanaged => new Typed<T>(name, values, steps, lanes, width);

    /// <summary>The elements of one lane at one step, as text that tells every bit apart.</summary>
    public abstract string Format(int step, int lane);

    /// <summary>The bytes of one step, all lanes.</summary>
    public ReadOnlySpan<byte> StepBytes(int step)
    {
        var size = Steps == 0 ? 0 : Bytes.Length / Steps;
        return Bytes.Slice(step * size, size);
    }

    private sealed class Typed<T>(string name, T[] values, int steps, int lanes, int width) : TraceField(name, lanes, width)
        where T : unmanaged
    {
        public override int Steps => steps;

        public override ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(values.AsSpan(0, steps * Lanes * Width));

        public override string Format(int step, int lane)
        {
            var items = values.AsSpan(((step * Lanes) + lane) * Width, Width).ToArray();
            var texts = items.Select(item => Convert.ToString(item, CultureInfo.InvariantCulture));
            return Width == 1 ? texts.Single()! : $"[{string.Join(", ", texts)}]";
        }
    }
}
