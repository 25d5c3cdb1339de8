using GymBridge.Seeding;

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
