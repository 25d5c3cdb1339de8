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

    /// <summary>B: rows.</summary>
    public int Rows { get; }

    /// <summary>H: size of a layer.</summary>
    public int Size { get; }

    /// <summary>float32 [L, B, H].</summary>
    public float[] Hidden { get; }

    /// <summary>float32 [L, B, H].</summary>
    public float[] Cell { get; }

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
