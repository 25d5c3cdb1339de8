using GymBridge.Environments.Rendering;
using GymBridge.Seeding;

namespace GymBridge.Environments.ToyText;

/// <summary>Fetch a passenger at one of four stands of a 5 x 5 grid and take them to another.</summary>
/// <remarks>
/// <para>Actions, Discrete(6): 0 south, 1 north, 2 east, 3 west, 4 pick up, 5 drop off.</para>
/// <para>Observation, Discrete(500): ((row x 5 + column) x 5 + passenger) x 4 + destination; passenger 0 to 3 waits at the
/// stands red, green, yellow, blue, 4 is in the taxi.</para>
/// <para>Reward: -1 for every step, 20 for a delivery, -10 for a pick-up or drop-off that is not possible.</para>
/// <para>Start: each of the 300 states with a waiting passenger who wants to go elsewhere is as likely. Terminated: delivered.</para>
/// <para>Info: <c>prob</c>, and <c>action_mask</c>, int8 [6], of the actions that change the state.</para>
/// <para>Rainy: a possible move drifts to its left or right with (1 - <c>rainy_probability</c>) / 2 each. Fickle: with
/// <c>fickle_probability</c> an episode's passenger changes the destination at the first move of the ride.</para>
/// <para>Source: <c>gymnasium/envs/toy_text/taxi.py</c> 1.4.0; Dietterich 2000. v4: 200 steps.</para>
/// </remarks>
public sealed class TaxiEnv : TabularEnv
{
    private static readonly string[] ActionNames = ["South", "North", "East", "West", "Pickup", "Dropoff"];

    private readonly double _rainyProbability;
    private bool _hasFicklePassenger;
    private double _fickleProbability;
    private bool _mayChangeMind;

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="isRainy">Whether moves may drift.</param>
    /// <param name="hasFicklePassenger">Whether passengers may change their destination.</param>
    /// <param name="rainyProbability">Probability that a move does not drift.</param>
    /// <param name="fickleProbability">Probability that a passenger changes the destination.</param>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public TaxiEnv(
        bool isRainy = false,
        bool hasFicklePassenger = false,
        double rainyProbability = 0.8,
        double fickleProbability = 0.3,
        string? renderMode = null)
        : base(TaxiRules.Start(), 6, renderMode)
    {
        _hasFicklePassenger = hasFicklePassenger;
        _fickleProbability = fickleProbability;
        _rainyProbability = rainyProbability;
        SetTransitions([.. Enumerable.Range(0, TaxiRules.States).Select(state => (Transition[][])[.. Enumerable.Range(0, 6).Select(
            action => isRainy ? TaxiRules.Rainy(state, action, rainyProbability) : TaxiRules.Dry(state, action))])]);
    }

    /// <inheritdoc/>
    public override EnvMetadata Metadata { get; } = new(["ansi", "rgb_array"], 4);

    /// <inheritdoc/>
    protected override ResetResult<long> OnReset(Info? options)
    {
        var result = base.OnReset(options);
        _mayChangeMind = DrawFlag(Rng);
        return result;
    }

    /// <inheritdoc/>
    protected override void DeclareAttributes(AttributeTable attributes)
    {
        base.DeclareAttributes(attributes);
        attributes
            .Add("rainy_probability", () => _rainyProbability)
            .Add<double>("fickle_probability", () => _fickleProbability, value => _fickleProbability = value)
            .Add<bool>("fickle_passenger", () => _hasFicklePassenger, value => _hasFicklePassenger = value)
            .Add<bool>("fickle_step", () => _mayChangeMind, value => _mayChangeMind = value)
            .Add("max_row", () => 4L)
            .Add("max_col", () => 4L)
            .Add("desc", () => LetterArray.Of(TaxiRules.Map))
            .Add("locs", () => TaxiRules.Stands.Select(object? (stand) => TupleValue.Of((long)stand.Row, (long)stand.Column)).ToList())
            .AddMethod("encode", (arguments, keywords) =>
            {
                var parts = MethodArguments.Read("encode", arguments, keywords, "taxi_row", "taxi_col", "pass_loc", "dest_idx");
                return (long)TaxiRules.Encode(parts[0], parts[1], parts[2], parts[3]);
            })
            .AddMethod("decode", (arguments, keywords) =>
            {
                var (row, column, passenger, destination) = TaxiRules.Decode(MethodArguments.Read("decode", arguments, keywords, "i")[0]);
                return TupleValue.Of((long)row, (long)column, (long)passenger, (long)destination);
            })
            .AddMethod("action_mask", (arguments, keywords) =>
                TaxiRules.ActionMask(MethodArguments.Read("action_mask", arguments, keywords, "state")[0]));
    }

    internal override Info ResetInfo(int state) => new() { ["prob"] = 1.0, ["action_mask"] = TaxiRules.ActionMask(state) };

    internal override Info StepInfo(int state, double probability) => new() { ["prob"] = probability, ["action_mask"] = TaxiRules.ActionMask(state) };

    internal override string? FlagAttribute => "fickle_step";

    /// <summary>Whether the passenger of an episode may change the destination.</summary>
    internal override bool DrawFlag(Rng rng) => _hasFicklePassenger && rng.Random() < _fickleProbability;

    internal override int Settle(int before, int after, Rng rng, ref bool flag)
    {
        var (row, column, passenger, destination) = TaxiRules.Decode(before);
        var (newRow, newColumn, newPassenger, _) = TaxiRules.Decode(after);
        if (!flag || passenger != TaxiRules.InTaxi || (newRow == row && newColumn == column))
        {
            return after;
        }

        flag = false;
        var other = rng.Choice(3);
        return TaxiRules.Encode(newRow, newColumn, newPassenger, other < destination ? other : other + 1);
    }

    private protected override int Settle(int before, int after) => Settle(before, after, Rng, ref _mayChangeMind);

    private protected override string RenderText()
    {
        var (row, column, passenger, destination) = TaxiRules.Decode(State);
        var cells = TaxiRules.Map.Select(line => line.Select(letter => letter.ToString()).ToArray()).ToArray();
        ref var taxi = ref cells[row + 1][(2 * column) + 1];
        if (passenger == TaxiRules.InTaxi)
        {
            taxi = AnsiColour.Paint(taxi == " " ? "_" : taxi, AnsiColour.Green, highlight: true);
        }
        else
        {
            taxi = AnsiColour.Paint(taxi, AnsiColour.Yellow, highlight: true);
            var (standRow, standColumn) = TaxiRules.Stands[passenger];
            ref var stand = ref cells[standRow + 1][(2 * standColumn) + 1];
            stand = AnsiColour.Paint(stand, AnsiColour.Blue, bold: true);
        }

        var (goalRow, goalColumn) = TaxiRules.Stands[destination];
        ref var goal = ref cells[goalRow + 1][(2 * goalColumn) + 1];
        goal = AnsiColour.Paint(goal, AnsiColour.Magenta);
        return string.Join('\n', cells.Select(line => string.Concat(line))) + "\n" + (LastAction is { } action ? $"  ({ActionNames[action]})\n" : "\n");
    }

    private protected override NDArray RenderFrame()
    {
        // 5 x 5 cells of 72 pixels in Gymnasium's 536 x 456 frame.
        const int Cell = 72;
        var canvas = new Canvas(536, 456, 0x5F9F52);
        var (row, column, passenger, destination) = TaxiRules.Decode(State);
        for (var r = 0; r < 5; r++)
        {
            for (var c = 0; c < 5; c++)
            {
                Square(canvas, r, c, 34, 0x9AA0A6);
            }
        }

        ReadOnlySpan<int> colours = [0xD23C3C, 0x3CA03C, 0xD2C83C, 0x3C5AD2];
        for (var stand = 0; stand < 4; stand++)
        {
            Square(canvas, TaxiRules.Stands[stand].Row, TaxiRules.Stands[stand].Column, stand == destination ? 32 : 22, colours[stand]);
        }

        for (var r = 0; r < 5; r++)
        {
            for (var c = 0; c < 4; c++)
            {
                if (TaxiRules.Map[r + 1][(2 * c) + 2] == '|')
                {
                    var (x, y) = Centre(r, c);
                    canvas.FillPolygon([(x + 33, y - 36), (x + 33, y + 36), (x + 39, y + 36), (x + 39, y - 36)], 0x303030);
                }
            }
        }

        if (passenger < TaxiRules.InTaxi)
        {
            var (x, y) = Centre(TaxiRules.Stands[passenger].Row, TaxiRules.Stands[passenger].Column);
            canvas.FillCircle(x, y + 16, 9, 0xFFFFFF);
        }

        Square(canvas, row, column, 18, passenger == TaxiRules.InTaxi ? 0xF08C00 : 0xFFD000);
        return canvas.ToArray();

        static (double X, double Y) Centre(int r, int c) => (88 + 36 + (c * Cell), 456 - 48 - 36 - (r * Cell));

        static void Square(Canvas target, int r, int c, double half, int colour)
        {
            var (x, y) = Centre(r, c);
            target.FillPolygon([(x - half, y - half), (x - half, y + half), (x + half, y + half), (x + half, y - half)], colour);
        }
    }
}
