using GymBridge.Agents.Checkpoints;
using GymBridge.Seeding;

namespace GymBridge.Agents.Collecting.Replay;

/// <summary>Which transitions of a <see cref="ReplayBuffer"/> are drawn how often: in proportion to p^alpha, p the size of the last TD error.</summary>
/// <remarks>Source: Schaul et al. 2016, arXiv:1511.05952, algorithm 1 and appendix B.2.1. Not thread-safe.</remarks>
public sealed class ReplayPriorities
{
    private readonly SumTree _tree;
    private readonly double _exponent;
    private readonly double _least;
    private double _greatest = 1;

    /// <summary>Priorities of an empty buffer.</summary>
    /// <param name="capacity">Transitions that the buffer holds.</param>
    /// <param name="exponent">alpha; 0 draws uniformly.</param>
    /// <param name="least">What is added to the size of a TD error, so that no transition is lost.</param>
    public ReplayPriorities(int capacity, double exponent, double least) =>
        (_tree, _exponent, _least) = (new SumTree(capacity), exponent, least);

    /// <summary>P(row): the chance that a draw gives this row.</summary>
    public double ProbabilityOf(int row) => _tree[row] / _tree.Total;

    /// <summary>Gives a new transition the greatest priority so far, so that each is seen once.</summary>
    internal void Add(int row) => _tree[row] = Math.Pow(_greatest, _exponent);

    /// <summary>Draws rows, one from each of as many equal parts of the sum as there are rows, and their importance weights.</summary>
    /// <param name="stream">The random stream.</param>
    /// <param name="count">Transitions in the buffer.</param>
    /// <param name="beta">How far the weights undo that rows are not drawn uniformly; 1 undoes it whole.</param>
    /// <param name="rows">[B]; filled.</param>
    /// <param name="weights">float32 [B]; filled with (count P(row))^-beta, divided by the greatest of them.</param>
    internal void Sample(Rng stream, int count, double beta, Span<long> rows, Span<float> weights)
    {
        var part = _tree.Total / rows.Length;
        var greatest = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            var row = _tree.Find((i + stream.Random()) * part);
            rows[i] = row;
            greatest = Math.Max(greatest, Weight(row, count, beta));
        }

        for (var i = 0; i < rows.Length; i++)
        {
            weights[i] = (float)(Weight((int)rows[i], count, beta) / greatest);
        }
    }

    /// <summary>Takes over the TD errors of a batch.</summary>
    internal void Update(ReadOnlySpan<long> rows, ReadOnlySpan<float> errors)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            var priority = Math.Abs(errors[i]) + _least;
            _greatest = Math.Max(_greatest, priority);
            _tree[(int)rows[i]] = Math.Pow(priority, _exponent);
        }
    }

    internal void Exchange(StateArchive archive, int count)
    {
        _greatest = archive.Real("replay/greatest_priority", _greatest);
        var leaves = new double[count];
        for (var i = 0; i < count; i++)
        {
            leaves[i] = _tree[i];
        }

        archive.Array("replay/priorities", leaves);
        for (var i = 0; archive.IsLoading && i < count; i++)
        {
            _tree[i] = double.IsFinite(leaves[i]) && leaves[i] >= 0
                ? leaves[i]
                : throw new InvalidDataException($"The checkpoint's replay priority {i} is {leaves[i]}; it is damaged.");
        }
    }

    private double Weight(int row, int count, double beta) => Math.Pow(count * ProbabilityOf(row), -beta);
}
