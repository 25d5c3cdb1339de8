using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>The hidden and the cell state of the layers of an LSTM, for some rows.</summary>
public sealed class RecurrentState
{
    /// <summary>A state of zeros, as at the start of an episode.</summary>
    /// <param name="layers">L.</param>
    /// <param name="rows">B.</param>
    /// <param name="size">H.</param>
    public RecurrentState(int layers, int rows, int size)
    {
        (Layers, Rows, Size) = (layers, rows, size);
        Hidden = new float[layers * rows * size];
        Cell = new float[layers * rows * size];
    }

    /// <summary>L: layers of the LSTM.</summary>
    public int Layers { get; }

    /// <summary>B: number of rows, one for each sequence that is run.</summary>
    public int Rows { get; }

    /// <summary>H: size of a layer.</summary>
    public int Size { get; }

    /// <summary>float32 [L, B, H]; what a layer gives to the next step and to the layer above.</summary>
    public float[] Hidden { get; }

    /// <summary>float32 [L, B, H]; the memory of the cells.</summary>
    public float[] Cell { get; }

    /// <summary>A copy of one row.</summary>
    public RecurrentState Row(int row)
    {
        var copy = new RecurrentState(Layers, 1, Size);
        for (var layer = 0; layer < Layers; layer++)
        {
            Hidden.AsSpan(((layer * Rows) + row) * Size, Size).CopyTo(copy.Hidden.AsSpan(layer * Size));
            Cell.AsSpan(((layer * Rows) + row) * Size, Size).CopyTo(copy.Cell.AsSpan(layer * Size));
        }

        return copy;
    }

    /// <summary>Both as float32 [L, B, H] on a device.</summary>
    public (Tensor Hidden, Tensor Cell) ToTensors(Device device) =>
        (tensor(Hidden, [Layers, Rows, Size], device: device), tensor(Cell, [Layers, Rows, Size], device: device));

    /// <summary>Takes over the state that an LSTM came to.</summary>
    /// <param name="hidden">float32 [L, B, H].</param>
    /// <param name="cell">float32 [L, B, H].</param>
    public void CopyFrom(Tensor hidden, Tensor cell)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ArgumentNullException.ThrowIfNull(cell);
        MemoryMarshal.Cast<byte, float>(hidden.cpu().contiguous().bytes).CopyTo(Hidden);
        MemoryMarshal.Cast<byte, float>(cell.cpu().contiguous().bytes).CopyTo(Cell);
    }

    /// <summary>Sets one row to zeros.</summary>
    public void Clear(int row)
    {
        for (var layer = 0; layer < Layers; layer++)
        {
            Array.Clear(Hidden, ((layer * Rows) + row) * Size, Size);
            Array.Clear(Cell, ((layer * Rows) + row) * Size, Size);
        }
    }
}
