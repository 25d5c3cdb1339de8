using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>The tables of a bandit algorithm, float64, by name.</summary>
internal sealed class ArmTables
{
    private readonly Dictionary<string, Tensor> _tables = new(StringComparer.Ordinal);

    public ArmTables(int arms, IReadOnlyList<ArmTable> tables)
    {
        Count = arms;
        Scratch = new double[arms];
        foreach (var table in tables)
        {
            _tables.Add(table.Name, full([arms, table.Width], table.Initial, ScalarType.Float64));
        }
    }

    /// <summary>K: number of arms, at least 1.</summary>
    public int Count { get; }

    /// <summary>float64 [K]; for whoever chooses, so that nothing is allocated.</summary>
    public double[] Scratch { get; }

    /// <summary>The tables as tensors, to be saved.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors => _tables;

    /// <summary>float64 [K * width]; the numbers of a table, in place.</summary>
    public Span<double> this[string name] => MemoryMarshal.Cast<byte, double>(_tables[name].bytes);
}
