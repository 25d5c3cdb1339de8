using GymBridge.Seeding;
using GymBridge.Values;

namespace GymBridge.Environments.ToyText;

/// <summary>N games of Blackjack; lane i equals a single <see cref="BlackjackEnv"/> with the same seed, bit for bit.</summary>
/// <remarks>One lane after the other: how many cards are drawn depends on the cards. A step allocates nothing.</remarks>
public sealed class BlackjackVectorEnv : NativeVectorEnv
{
    private readonly BlackjackHand[] _dealers;
    private readonly BlackjackHand[] _players;
    private readonly bool _natural;
    private readonly bool _suttonBarto;

    /// <summary>Makes N lanes of the environment, each with a generator of its own; they have to be reset before the first step.</summary>
    /// <param name="lanes">How many lanes, and when and how their episodes end.</param>
    /// <param name="natural">Whether ace and ten pay 1.5.</param>
    /// <param name="suttonBarto">Whether Sutton and Barto's rule holds.</param>
    public BlackjackVectorEnv(VectorEnvArguments lanes, bool natural = false, bool suttonBarto = false)
        : base(() => new BlackjackEnv(natural, suttonBarto), lanes)
    {
        _dealers = new BlackjackHand[NumEnvs];
        _players = new BlackjackHand[NumEnvs];
        _natural = natural;
        _suttonBarto = suttonBarto;
    }

    private protected override void StepLanes(Columns actions, VectorStep result)
    {
        var chosen = actions[0].AsSpan<long>();
        CheckActions(chosen);
        for (var lane = 0; lane < NumEnvs; lane++)
        {
            if (ResetIfDue(lane, result))
            {
                continue;
            }

            var rng = RngOf(lane);
            ref var player = ref _players[lane];
            if (chosen[lane] == 1)
            {
                player.Draw(rng);
                Observe(lane, result);
                Finish(lane, player.Sum > 21 ? -1.0 : 0.0, player.Sum > 21, result);
                continue;
            }

            ref var dealer = ref _dealers[lane];
            while (dealer.Sum < 17)
            {
                dealer.Draw(rng);
            }

            Observe(lane, result);
            Finish(lane, Settle(player, dealer), true, result);
        }
    }

    private protected override Info LaneState(int lane) => new() { ["dealer"] = _dealers[lane].Cards, ["player"] = _players[lane].Cards };

    private protected override (Info Attributes, Info Own) SingleState(int lane) => (LaneState(lane), LaneState(lane));

    private protected override void SetLaneState(int lane, Info state)
    {
        _dealers[lane] = BlackjackHand.From(SnapshotFields.List(state, "dealer", nameof(BlackjackVectorEnv)));
        _players[lane] = BlackjackHand.From(SnapshotFields.List(state, "player", nameof(BlackjackVectorEnv)));
    }

    private protected override void Start(int lane, Rng rng, (double First, double Second) limits, VectorStep result)
    {
        ref var dealer = ref _dealers[lane];
        dealer = default;
        dealer.Draw(rng);
        dealer.Draw(rng);
        ref var player = ref _players[lane];
        player = default;
        player.Draw(rng);
        player.Draw(rng);

        // The suit of the dealer's card, and the face of a ten, are only for a picture; they cost draws all the same.
        _ = rng.Choice(4);
        if (dealer.First == 10)
        {
            _ = rng.Choice(3);
        }

        Observe(lane, result);
    }

    private double Settle(in BlackjackHand player, in BlackjackHand dealer)
    {
        var reward = (double)player.Score.CompareTo(dealer.Score);
        if (_suttonBarto)
        {
            return player.IsNatural && !dealer.IsNatural ? 1.0 : reward;
        }

        return _natural && player.IsNatural && reward == 1.0 ? 1.5 : reward;
    }

    private void Observe(int lane, VectorStep result)
    {
        var observations = result.Observations;
        observations[0].AsSpan<long>()[lane] = _players[lane].Sum;
        observations[1].AsSpan<long>()[lane] = _dealers[lane].First;
        observations[2].AsSpan<long>()[lane] = _players[lane].HasUsableAce ? 1 : 0;
    }
}
