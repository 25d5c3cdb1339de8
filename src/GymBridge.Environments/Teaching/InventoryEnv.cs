using System.Globalization;
using GymBridge.Environments.ToyText;

namespace GymBridge.Environments.Teaching;

/// <summary>A shop that orders every morning and sells what is asked for during the day.</summary>
/// <remarks>
/// <para>Actions, Discrete(6): the pieces ordered, which arrive at once. There is room for 5: of a larger order as many come, and are paid
/// for, as there is room for.</para>
/// <para>Observation, Discrete(6): the pieces in stock in the morning. Start: none.</para>
/// <para>Demand of 0 to 4 pieces with probabilities 0.1, 0.3, 0.3, 0.2, 0.1; what is not in stock is not sold.</para>
/// <para>Reward: 4 for each piece sold, less 2 for each ordered, 1 for an order and 0.5 for each left over.</para>
/// <para>Never terminates. With a discount of 0.95 an empty shop is worth 42.9726890756; it is best to order 3 then, 2 with one piece
/// left, and nothing else.</para>
/// <para>Not part of Gymnasium. v0: cut after 100 days.</para>
/// </remarks>
public sealed class InventoryEnv : StateRowEnv
{
    private const int Room = 5;

    private static readonly double[] Demand = [0.1, 0.3, 0.3, 0.2, 0.1];

    /// <summary>Makes the environment that the class describes; it has to be reset before its first step.</summary>
    /// <param name="renderMode">ansi, rgb_array, or null for none.</param>
    public InventoryEnv(string? renderMode = null)
        : base(
            [.. Enumerable.Range(0, Room + 1).Select(stock => stock.ToString(CultureInfo.InvariantCulture))],
            0,
            [.. Enumerable.Range(0, Room + 1).Select(stock => (Transition[][])[.. Enumerable.Range(0, Room + 1).Select(order => Day(stock, order))])],
            renderMode)
    {
    }

    private static Transition[] Day(int stock, int order)
    {
        var arrived = Math.Min(order, Room - stock);
        return [.. Demand.Select((probability, demand) =>
        {
            var sold = Math.Min(demand, stock + arrived);
            var left = stock + arrived - sold;
            return new Transition(probability, left, (4 * sold) - (2 * arrived) - (arrived > 0 ? 1 : 0) - (0.5 * left), false);
        })];
    }
}
