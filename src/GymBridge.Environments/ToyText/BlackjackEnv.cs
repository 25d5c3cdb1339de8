using GymBridge.Errors;
using GymBridge.Spaces;
using GymBridge.Values;

namespace GymBridge.Environments.ToyText;

/// <summary>Blackjack against a dealer who draws to 17, with cards from an endless deck.</summary>
/// <remarks>
/// <para>Actions, Discrete(2): 0 stick, 1 hit.</para>
/// <para>Observation, Tuple(Discrete(32), Discrete(11), Discrete(2)): sum of the player's cards, the dealer's open card (1 is
/// an ace), and whether the player has an ace that counts as 11.</para>
/// <para>Reward: 1 for a win, -1 for a loss, 0 for a draw; with <c>natural</c> 1.5 for a win with ace and ten; with
/// <c>sab</c>, which overrides it, Sutton and Barto's rule: ace and ten beat any dealer without them.</para>
/// <para>Terminated: when the player sticks or exceeds 21. There is no time limit.</para>
/// <para>Equal to Gymnasium's bit for bit, generator state included. Source:
/// <c>gymnasium/envs/toy_text/blackjack.py</c> 1.4.0; Sutton and Barto 2018, example 5.1.</para>
/// </remarks>
public sealed class BlackjackEnv : Env<(int Sum, int Dealer, int UsableAce), long>, ISnapshot
{
    private static readonly int[] Deck = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10];

    private bool _natural;
    private bool _suttonBarto;
    private readonly string? _renderMode;
    private readonly List<int> _dealer = [];
    private readonly List<int> _player = [];

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="natural">Whether ace and ten pay 1.5.</param>
    /// <param name="suttonBarto">Whether Sutton and Barto's rule holds.</param>
    /// <param name="renderMode">rgb_array, or null for none.</param>
    public BlackjackEnv(bool natural = false, bool suttonBarto = false, string? renderMode = null)
        : base(new TupleSpace(new Discrete(32), new Discrete(11), new Discrete(2)), new Discrete(2))
    {
        _natural = natural;
        _suttonBarto = suttonBarto;
        _renderMode = renderMode;
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["rgb_array"], 4);

    /// <inheritdoc/>
    public override string? RenderMode => _renderMode;

    /// <inheritdoc/>
    public override PythonTypes PythonTypes { get; } =
        PythonTypes.Default with { ObservationLeaves = [PythonType.Int, PythonType.Int, PythonType.Int] };

    /// <summary>A uint8 frame of 376 x 384 x 3.</summary>
    /// <returns>Null without a render mode or before the first reset.</returns>
    public override object? Render() => _renderMode is null || _player.Count == 0 ? null : BlackjackRenderer.Draw(_dealer[0], _player);

    /// <inheritdoc/>
    protected override ResetResult<(int Sum, int Dealer, int UsableAce)> OnReset(Info? options)
    {
        _dealer.Clear();
        _player.Clear();
        _dealer.AddRange([DrawCard(), DrawCard()]);
        _player.AddRange([DrawCard(), DrawCard()]);

        // The suit of the dealer's card, and the face of a ten, are only for the picture; they cost draws all the same.
        _ = Rng.Choice(4);
        if (_dealer[0] == 10)
        {
            _ = Rng.Choice(3);
        }

        return Observe();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidActionException">The action is neither 0 nor 1.</exception>
    /// <exception cref="ResetNeededException">No reset came before.</exception>
    protected override StepResult<(int Sum, int Dealer, int UsableAce)> OnStep(long action)
    {
        if ((ulong)action > 1)
        {
            throw InvalidActionException.For(action, ActionSpace, Spec?.Id ?? "Blackjack");
        }

        if (_player.Count == 0)
        {
            throw new ResetNeededException("Call reset before using step method.");
        }

        if (action == 1)
        {
            _player.Add(DrawCard());
            var isBust = Sum(_player) > 21;
            return new(Observe(), isBust ? -1.0 : 0.0, isBust);
        }

        while (Sum(_dealer) < 17)
        {
            _dealer.Add(DrawCard());
        }

        return new(Observe(), Settle(), true);
    }

    Info ISnapshot.Save() => new() { ["dealer"] = Cards(_dealer), ["player"] = Cards(_player) };

    void ISnapshot.Restore(Info state)
    {
        Restore(_dealer, state, "dealer");
        Restore(_player, state, "player");
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes) => attributes
        .Add<bool>("natural", () => _natural, value => _natural = value)
        .Add<bool>("sab", () => _suttonBarto, value => _suttonBarto = value)
        .Add<object>("dealer", () => Cards(_dealer), value => SetCards(_dealer, value, "dealer"))
        .Add<object>("player", () => Cards(_player), value => SetCards(_player, value, "player"));

    private static List<object?> Cards(List<int> hand) => [.. hand.Select(object? (card) => (long)card)];

    private static void Restore(List<int> hand, Info state, string name)
    {
        hand.Clear();
        SetCards(hand, SnapshotFields.List(state, name, nameof(BlackjackEnv)), name);
    }

    private static void SetCards(List<int> hand, object value, string name)
    {
        var what = $"Attribute '{name}' of 'BlackjackEnv'";
        var cards = (value as IReadOnlyList<object?> ?? throw new ArgumentException($"{what} must be a list of cards, got {value}."))
            .Select(card => PythonValue.To<int>(card, what)).ToList();

        // Before a reset there is no hand, and a snapshot says so.
        if ((cards.Count == 0 && hand.Count > 0) || cards.Any(card => card is < 1 or > 10))
        {
            throw new ArgumentException($"{what} must hold cards from 1 to 10, got [{string.Join(", ", cards)}].");
        }

        hand.Clear();
        hand.AddRange(cards);
    }

    private double Settle()
    {
        var reward = (double)Score(_player).CompareTo(Score(_dealer));
        if (_suttonBarto)
        {
            return IsNatural(_player) && !IsNatural(_dealer) ? 1.0 : reward;
        }

        return _natural && IsNatural(_player) && reward == 1.0 ? 1.5 : reward;
    }

    private int DrawCard() => Deck[Rng.Choice(Deck.Length)];

    private (int Sum, int Dealer, int UsableAce) Observe() => (Sum(_player), _dealer[0], HasUsableAce(_player) ? 1 : 0);

    private static bool HasUsableAce(List<int> hand) => hand.Contains(1) && hand.Sum() + 10 <= 21;

    private static int Sum(List<int> hand) => HasUsableAce(hand) ? hand.Sum() + 10 : hand.Sum();

    private static int Score(List<int> hand) => Sum(hand) is var sum and <= 21 ? sum : 0;

    private static bool IsNatural(List<int> hand) => hand is [1, 10] or [10, 1];
}
