namespace GymBridge.Torch.Managed;

/// <summary>Walks a broadcast of two operands as rows: dimensions that can be merged are, and the last one is the row.</summary>
internal unsafe ref struct BroadcastRows
{
    private const int MaxRank = 16;
    private fixed long _size[MaxRank];
    private fixed long _sa[MaxRank];
    private fixed long _sb[MaxRank];
    private fixed long _index[MaxRank];
    private int _rank;

    public BroadcastRows(long[] shape, long[] stridesA, long[] stridesB)
    {
        if (shape.Length > MaxRank)
            throw Errors.Libtorch($"tensors of more than {MaxRank} dimensions are not supported");
        _rank = 0;
        for (var i = 0; i < shape.Length; i++)
        {
            if (shape[i] == 1)
                continue;
            if (_rank > 0 && _sa[_rank - 1] == stridesA[i] * shape[i] && _sb[_rank - 1] == stridesB[i] * shape[i])
            {
                _size[_rank - 1] *= shape[i];
                _sa[_rank - 1] = stridesA[i];
                _sb[_rank - 1] = stridesB[i];
            }
            else
            {
                _size[_rank] = shape[i];
                _sa[_rank] = stridesA[i];
                _sb[_rank] = stridesB[i];
                _rank++;
            }
        }
        if (_rank == 0)
        {
            _size[0] = 1;
            _rank = 1;
        }
        A = 0;
        B = 0;
    }

    public long A { get; private set; }

    public long B { get; private set; }

    public readonly long Length => _size[_rank - 1];

    public readonly long StrideA => _sa[_rank - 1];

    public readonly long StrideB => _sb[_rank - 1];

    /// <summary>The rows of the last dimension but one, and what lies between them: one row where there is no such dimension.</summary>
    public readonly (long Rows, long StepA, long StepB) Block => _rank < 2 ? (1, 0, 0) : (_size[_rank - 2], _sa[_rank - 2], _sb[_rank - 2]);

    /// <summary>Moves to the next row; false after the last.</summary>
    public bool Next() => Next(_rank - 2);

    /// <summary>Moves from the first row of a block to that of the next one; false after the last.</summary>
    public bool NextBlock() => Next(_rank - 3);

    private bool Next(int dimension)
    {
        for (var d = dimension; d >= 0; d--)
        {
            A += _sa[d];
            B += _sb[d];
            if (++_index[d] < _size[d])
                return true;
            A -= _sa[d] * _size[d];
            B -= _sb[d] * _size[d];
            _index[d] = 0;
        }
        return false;
    }
}
