using System.Numerics;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>Numbers by index whose sum is known, and in which the place of a part of the sum is found: both in logarithmic time.</summary>
/// <remarks>A node is the sum of its two children, always added in that order: the tree is a function of its leaves, whatever the order in
/// which they were set. Source: Schaul et al. 2016, arXiv:1511.05952, appendix B.2.1.</remarks>
internal sealed class SumTree
{
    private readonly double[] _nodes;
    private readonly int _firstLeaf;

    /// <summary>A tree of zeros.</summary>
    public SumTree(int count)
    {
        Count = count;
        _firstLeaf = (int)BitOperations.RoundUpToPowerOf2((uint)count);
        _nodes = new double[2L * _firstLeaf];
    }

    /// <summary>Number of leaves.</summary>
    public int Count { get; }

    /// <summary>Sum of all leaves.</summary>
    public double Total => _nodes[1];

    /// <summary>A leaf; not negative.</summary>
    public double this[int leaf]
    {
        get => _nodes[_firstLeaf + leaf];
        set
        {
            var node = _firstLeaf + leaf;
            _nodes[node] = value;
            for (node >>= 1; node > 0; node >>= 1)
            {
                _nodes[node] = _nodes[2 * node] + _nodes[(2 * node) + 1];
            }
        }
    }

    /// <summary>The leaf in which a part of the sum ends: the first whose sum with all before it is above <paramref name="part"/>.</summary>
    /// <param name="part">In [0, Total).</param>
    /// <returns>Never a leaf of zero, unless all are.</returns>
    public int Find(double part)
    {
        var node = 1;
        while (node < _firstLeaf)
        {
            node *= 2;

            // What rounding leaves over must not end up where there is nothing.
            if (part >= _nodes[node] && _nodes[node + 1] > 0)
            {
                part -= _nodes[node];
                node++;
            }
        }

        return node - _firstLeaf;
    }
}
