using System.Runtime.InteropServices;
using GymBridge.Shared;

namespace GymBridge.Batch;

/// <summary>An array of fixed size as a .NET array, row-major.</summary>
internal sealed class FlatArrayCodec<TElement> : LaneCodec<TElement[]>
    where TElement : unmanaged
{
    public override TElement[] Read(Columns columns, int lane) => MemoryMarshal.Cast<byte, TElement>(columns[0].Lane(lane)).ToArray();

    public override void Write(TElement[] value, Columns columns, int lane)
    {
        if (value is null)
        {
            throw new ArgumentNullException(nameof(value), $"null is no value of {columns.Space}.");
        }

        var target = MemoryMarshal.Cast<byte, TElement>(columns[0].Lane(lane));
        if (value.Length != target.Length)
        {
            throw new ArgumentException(
                $"An array of {Plural.Of(value.Length, "element")} does not fill {columns.Space}; it takes {target.Length}.", nameof(value));
        }

        value.CopyTo(target);
    }
}
