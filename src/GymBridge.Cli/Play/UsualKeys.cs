using System.Globalization;
using GymBridge.Spaces;

namespace GymBridge.Cli.Play;

/// <summary>The keys of environments that people know, and rules for all others.</summary>
internal static class UsualKeys
{
    private const int MostDigits = 10;

    // Pairs of letters for the parts of a Box: less and more of the first, the second, ...
    private static readonly string[] Pairs = ["ad", "sw", "qe", "fr", "gt", "hy", "ju", "ki", "lo"];

    private static readonly Dictionary<string, (string Keys, object? Noop)> ByName = new(StringComparer.Ordinal)
    {
        ["CartPole"] = ("a=0 d=1", null),
        ["CartPoleNoVel"] = ("a=0 d=1", null),
        ["MountainCar"] = ("a=0 s=1 d=2", 1L),
        ["Acrobot"] = ("a=0 s=1 d=2", 1L),
        ["LunarLander"] = ("w=2 a=1 d=3 s=0", 0L),
        ["FrozenLake"] = ("w=3 a=0 s=1 d=2", null),
        ["FrozenLake8x8"] = ("w=3 a=0 s=1 d=2", null),
        ["CliffWalking"] = ("w=0 a=3 s=2 d=1", null),
        ["CliffWalkingSlippery"] = ("w=0 a=3 s=2 d=1", null),
        ["GridWorld"] = ("w=0 a=3 s=2 d=1", null),
        ["GridWorldOneHot"] = ("w=0 a=3 s=2 d=1", null),
        ["GridWorldPosition"] = ("w=0 a=3 s=2 d=1", null),
        ["Taxi"] = ("w=1 a=3 s=0 d=2 p=4 o=5", null),
        ["Blackjack"] = ("h=1 s=0", null),
        ["Chain"] = ("a=0 d=1", null),
        ["LineWorld"] = ("w=0 s=1", null),
        ["Catch"] = ("a=1 s=0 d=2", 0L),
        ["PixelCatch"] = ("a=1 s=0 d=2", 0L),
        ["TicTacToe"] = ("1=0 2=1 3=2 4=3 5=4 6=5 7=6 8=7 9=8", null),
    };

    // As in Gymnasium's own example for gymnasium.utils.play: steering, gas, brake.
    private static readonly (string Keys, object? Action)[] Car =
    [
        ("w", Numbers(0, 0.7, 0)), ("a", Numbers(-1, 0, 0)), ("s", Numbers(0, 0, 1)), ("d", Numbers(1, 0, 0)),
        ("w+a", Numbers(-1, 0.7, 0)), ("w+d", Numbers(1, 0.7, 0)), ("a+s", Numbers(-1, 0, 1)), ("s+d", Numbers(1, 0, 1)),
    ];

    /// <summary>Keys with actions as JSON has them, and the action without a key.</summary>
    /// <returns>No keys where no rule fits; no action where each does something.</returns>
    public static (IReadOnlyList<(string Keys, object? Action)> Keys, object? Noop) Of(EnvId id, Space space) => space switch
    {
        Discrete discrete when ByName.TryGetValue(id.Name, out var known) && Fits(known.Keys, discrete) => (
            [.. Pieces(known.Keys)], known.Noop),
        Discrete discrete when discrete.N <= MostDigits => (
            [.. Enumerable.Range(0, (int)discrete.N).Select(k => (Digit(k), (object?)(discrete.Start + k)))], null),
        Box box when id.Name == "CarRacing" && box.Shape is [3] => (Car, Numbers(0, 0, 0)),
        Box { Shape: [var parts] } box when parts <= Pairs.Length && !box.BoundedBelow.Contains(false) && !box.BoundedAbove.Contains(false) => (
            [.. Enumerable.Range(0, parts).SelectMany(part => Ends(box, part))], Still(box)),
        _ => ([], null),
    };

    private static bool Fits(string keys, Discrete space) => Pieces(keys).All(piece => space.Contains(piece.Action));

    private static IEnumerable<(string Keys, object? Action)> Pieces(string keys) =>
        keys.Split(' ').Select(pair => (pair[..1], (object?)long.Parse(pair[2..], CultureInfo.InvariantCulture)));

    private static string Digit(int k) => k.ToString(CultureInfo.InvariantCulture);

    private static (string Keys, object? Action)[] Ends(Box box, int part) =>
    [
        (Pairs[part][..1], With(box, part, box.Low)),
        (Pairs[part][1..], With(box, part, box.High)),
    ];

    private static List<object?> With(Box box, int part, NDArray end)
    {
        var action = Still(box);
        action[part] = Number(end, part);
        return action;
    }

    // Zero where it is an action, else what is nearest to it.
    private static List<object?> Still(Box box) =>
        [.. Enumerable.Range(0, box.Shape[0]).Select(part => (object?)Math.Clamp(0, Number(box.Low, part), Number(box.High, part)))];

    private static double Number(NDArray array, int index) => Convert.ToDouble(array.GetItem(index), CultureInfo.InvariantCulture);

    private static List<object?> Numbers(params double[] values) => [.. values.Cast<object?>()];
}
