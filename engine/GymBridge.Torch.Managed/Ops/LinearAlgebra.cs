namespace GymBridge.Torch.Managed;

internal static class LinearAlgebra
{
    /// <summary>
    /// q * sign(diag(r)) of the reduced QR decomposition of a row-major [rows, columns] matrix, of its transpose where it is wide.
    /// Householder reflections in double.
    /// </summary>
    public static double[] Orthonormal(double[] a, int rows, int columns)
    {
        if (rows < columns)
        {
            var turned = Orthonormal(Transpose(a, rows, columns), columns, rows);
            return Transpose(turned, columns, rows);
        }
        var r = (double[])a.Clone();
        var reflectors = new double[columns][];
        for (var k = 0; k < columns; k++)
        {
            var v = new double[rows];
            double norm = 0;
            for (var i = k; i < rows; i++)
            {
                v[i] = r[(i * columns) + k];
                norm += v[i] * v[i];
            }
            norm = Math.Sqrt(norm);
            reflectors[k] = v;
            if (norm == 0)
                continue;
            v[k] += v[k] < 0 ? -norm : norm;
            double length = 0;
            for (var i = k; i < rows; i++)
                length += v[i] * v[i];
            length = Math.Sqrt(length);
            for (var i = k; i < rows; i++)
                v[i] /= length;
            Reflect(r, columns, rows, v, k);
        }
        var q = new double[rows * columns];
        for (var i = 0; i < columns; i++)
            q[(i * columns) + i] = 1;
        for (var k = columns - 1; k >= 0; k--)
            Reflect(q, columns, rows, reflectors[k], k);
        for (var j = 0; j < columns; j++)
        {
            if (r[(j * columns) + j] >= 0)
                continue;
            for (var i = 0; i < rows; i++)
                q[(i * columns) + j] = -q[(i * columns) + j];
        }
        return q;
    }

    private static void Reflect(double[] m, int columns, int rows, double[] v, int from)
    {
        for (var j = 0; j < columns; j++)
        {
            double dot = 0;
            for (var i = from; i < rows; i++)
                dot += v[i] * m[(i * columns) + j];
            for (var i = from; i < rows; i++)
                m[(i * columns) + j] -= 2 * dot * v[i];
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
