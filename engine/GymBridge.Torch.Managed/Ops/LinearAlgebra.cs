using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace GymBridge.Torch.Managed;

internal static class LinearAlgebra
{
    // Columns that are worked on together: a panel of the largest layers stays in the second-level cache.
    private const int PanelWidth = 16;

    /// <summary>
    /// q * sign(diag(r)) of the reduced QR decomposition of a row-major [rows, columns] matrix, of its transpose where it is wide.
    /// Householder reflections in double.
    /// </summary>
    /// <remarks>Every element is computed by the same operations in the same order whatever the panels: a column knows nothing of others.</remarks>
    public static double[] Orthonormal(double[] a, int rows, int columns)
    {
        if (rows < columns)
        {
            var turned = Orthonormal(Transpose(a, rows, columns), columns, rows);
            return Transpose(turned, columns, rows);
        }
        var reflectors = new double[columns][];
        var isNegative = new bool[columns];
        var panel = new double[rows * PanelWidth];
        for (var start = 0; start < columns; start += PanelWidth)
        {
            var width = Math.Min(PanelWidth, columns - start);
            for (var i = 0; i < rows; i++)
                a.AsSpan((i * columns) + start, width).CopyTo(panel.AsSpan(i * PanelWidth));
            for (var k = 0; k < start; k++)
                Reflect(panel, rows, reflectors[k], k);
            for (var j = 0; j < width; j++)
            {
                reflectors[start + j] = Reflector(panel, rows, start + j, j);
                Reflect(panel, rows, reflectors[start + j], start + j);
                isNegative[start + j] = panel[((start + j) * PanelWidth) + j] < 0;
            }
        }
        var q = new double[rows * columns];
        for (var start = 0; start < columns; start += PanelWidth)
        {
            var width = Math.Min(PanelWidth, columns - start);
            Array.Clear(panel);
            for (var j = 0; j < width; j++)
                panel[((start + j) * PanelWidth) + j] = 1;
            for (var k = start + width - 1; k >= 0; k--)
                Reflect(panel, rows, reflectors[k], k);
            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < width; j++)
                    q[(i * columns) + start + j] = isNegative[start + j] ? -panel[(i * PanelWidth) + j] : panel[(i * PanelWidth) + j];
            }
        }
        return q;
    }

    // The unit vector whose reflection turns a column, from row k on, into its first axis; zeros where the column is zero.
    private static double[] Reflector(double[] panel, int rows, int k, int column)
    {
        var v = new double[rows];
        double norm = 0;
        for (var i = k; i < rows; i++)
        {
            v[i] = panel[(i * PanelWidth) + column];
            norm += v[i] * v[i];
        }
        norm = Math.Sqrt(norm);
        if (norm == 0)
            return v;
        v[k] += v[k] < 0 ? -norm : norm;
        double length = 0;
        for (var i = k; i < rows; i++)
            length += v[i] * v[i];
        length = Math.Sqrt(length);
        for (var i = k; i < rows; i++)
            v[i] /= length;
        return v;
    }

    // x - 2 (v.x) v for every column x of a panel, from a row on.
    private static void Reflect(double[] panel, int rows, double[] v, int from)
    {
        var values = MemoryMarshal.Cast<double, Vector256<double>>(panel.AsSpan());
        var (d0, d1, d2, d3) = (Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero, Vector256<double>.Zero);
        for (var i = from; i < rows; i++)
        {
            var x = values.Slice(i * 4, 4);
            var factor = Vector256.Create(v[i]);
            d0 += factor * x[0];
            d1 += factor * x[1];
            d2 += factor * x[2];
            d3 += factor * x[3];
        }
        (d0, d1, d2, d3) = (d0 * 2, d1 * 2, d2 * 2, d3 * 2);
        for (var i = from; i < rows; i++)
        {
            var x = values.Slice(i * 4, 4);
            var factor = Vector256.Create(v[i]);
            x[0] -= d0 * factor;
            x[1] -= d1 * factor;
            x[2] -= d2 * factor;
            x[3] -= d3 * factor;
        }
    }

    private static double[] Transpose(double[] a, int rows, int columns)
    {
        var t = new double[a.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
                t[(j * rows) + i] = a[(i * columns) + j];
        }
        return t;
    }
}
