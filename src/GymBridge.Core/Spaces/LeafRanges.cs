namespace GymBridge.Spaces;

/// <summary>Which of a composite space's columns belong to each space inside.</summary>
internal sealed class LeafRanges
{
    private readonly Range[] _ranges;

    public LeafRanges(ReadOnlySpan<Space> spaces)
    {
        _ranges = new Range[spaces.Length];
        var start = 0;
        for (var i = 0; i < _ranges.Length; i++)
        {
            var space = spaces[i] ?? throw new ArgumentException($"Space {i} is null.", nameof(spaces));
            var end = start + space.Leaves.Length;
            _ranges[i] = start..end;
            start = end;
        }
    }

    public Range this[int index] => _ranges[index];
}
