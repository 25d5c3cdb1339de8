using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ToyText;

/// <summary>The cards of a hand, as far as the rules ask for them.</summary>
internal struct BlackjackHand
{
    private int _count;
    private int _hardSum; // aces as 1
    private bool _hasAce;

    /// <summary>The first card.</summary>
    public int First { get; private set; }

    public readonly bool HasUsableAce => _hasAce && _hardSum + 10 <= 21;

    public readonly int Sum => HasUsableAce ? _hardSum + 10 : _hardSum;

    /// <summary>The sum, 0 above 21.</summary>
    public readonly int Score => Sum <= 21 ? Sum : 0;

    /// <summary>Whether the hand is an ace and a ten.</summary>
    public readonly bool IsNatural => _count == 2 && _hasAce && _hardSum == 11;

    /// <summary>Back from <see cref="ToInfo"/>.</summary>
    /// <exception cref="Errors.SnapshotException">A part is missing or has another type.</exception>
    public static BlackjackHand From(Info info) => new()
    {
        First = SnapshotFields.Get<int>(info, "first", "a hand"),
        _count = SnapshotFields.Get<int>(info, "count", "a hand"),
        _hardSum = SnapshotFields.Get<int>(info, "hard_sum", "a hand"),
        _hasAce = SnapshotFields.Get<bool>(info, "has_ace", "a hand"),
    };

    public readonly Info ToInfo() =>
        new() { ["first"] = (long)First, ["count"] = (long)_count, ["hard_sum"] = (long)_hardSum, ["has_ace"] = _hasAce };

    /// <summary>Adds a card from the endless deck.</summary>
    public void Draw(Rng rng)
    {
        var card = Math.Min(rng.Choice(13) + 1, 10);
        First = _count == 0 ? card : First;
        _count++;
        _hardSum += card;
        _hasAce |= card == 1;
    }
}
