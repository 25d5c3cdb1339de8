using GymBridge.Protocol.Errors;

namespace GymBridge.Protocol.Codec;

/// <summary>How much memory the spaces of one message may take. A few bytes can describe gigabytes of bounds, so every space is
/// counted before anything is made for it.</summary>
/// <param name="limit">Bytes of all bounds and flags, spread over the shapes.</param>
internal sealed class SpaceBudget(long limit)
{
    private int _depth;
    private long _used;

    /// <summary>The limit, in bytes.</summary>
    public long Limit => limit;

    /// <summary>Counts the bytes of a space.</summary>
    /// <exception cref="ProtocolException">All spaces of the message together take more than the limit.</exception>
    internal void Take(long bytes)
    {
        _used += bytes;
        if (_used > limit)
        {
            throw new ProtocolException(
                $"max_expanded_bytes: the spaces of the message take {_used} bytes or more once their bounds are spread over their shapes; at most {limit} are possible.")
            {
                Reason = ErrorReasons.CapReached,
                Details = [("cap", "max_expanded_bytes"), ("limit", $"{limit}"), ("asked", $"{_used}")],
            };
        }
    }

    /// <summary>Enters a space inside another one.</summary>
    /// <exception cref="ProtocolException">Spaces nest too deep.</exception>
    internal void Enter()
    {
        if (++_depth > ProtocolConstants.MaxValueDepth)
        {
            throw new ProtocolException($"Spaces nest deeper than {ProtocolConstants.MaxValueDepth} levels.") { Reason = ErrorReasons.BadValue };
        }
    }

    /// <summary>Leaves it again.</summary>
    internal void Leave() => _depth--;
}
