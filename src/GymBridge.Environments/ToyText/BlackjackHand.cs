using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ToyText;

/// <summary>The cards of a hand, as far as the rules ask for them.</summary>
internal struct BlackjackHand
{
    // 22 cards, all but the last an ace, are above 21; only a lane that steps on behind the end of its episode has more.
    private const int MostCards = 32;
    private const int BitsOfCard = 4;

    private UInt128 _cards;
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

    /// <summary>The cards in the order in which they were drawn, aces as 1.</summary>
    public readonly List<object?> Cards
    {
        get
        {
            var cards = new List<object?>(_count);
            for (var i = 0; i < Math.Min(_count, MostCards); i++)
            {
                cards.Add((long)(_cards >> (BitsOfCard * i) & 15));
            }

            return cards;
        }
    }

    /// <summary>The hand of these cards.</summary>
    /// <exception cref="Errors.SnapshotException">One is no card.</exception>
    public static BlackjackHand From(IReadOnlyList<object?> cards)
    {
        var hand = default(BlackjackHand);
        foreach (var card in cards)
        {
            hand.Add(card is long number and >= 1 and <= 10 ? (int)number : throw SnapshotFields.Unfit("cards", "a hand"));
        }

        return hand;
    }

    /// <summary>Adds a card from the endless deck.</summary>
    public void Draw(Rng rng) => Add(Math.Min(rng.Choice(13) + 1, 10));

    private void Add(int card)
    {
        First = _count == 0 ? card : First;
        _cards |= _count < MostCards ? (UInt128)card << (BitsOfCard * _count) : 0;
        _count++;
        _hardSum += card;
        _hasAce |= card == 1;
    }
}
