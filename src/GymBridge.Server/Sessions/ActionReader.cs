using System.Globalization;
using GymBridge.Errors;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Shared;
using GymBridge.Spaces;

namespace GymBridge.Server.Sessions;

/// <summary>Puts the actions of a step into columns. Those that were given in another element type than the space's stay what
/// they are where the space is a Box; else they are cast, with a warning. docs/protocol.md, section 6.</summary>
internal sealed class ActionReader
{
    private readonly VectorEnv _env;
    private readonly Columns _actions;
    private readonly SlabCodec _codec;
    private readonly Action<string> _onWarning;
    private readonly Dictionary<DType, Columns> _exact = [];

    public ActionReader(VectorEnv env, Action<string> onWarning)
    {
        _env = env;
        _actions = env.CreateActions();
        _codec = new SlabCodec(_env.SingleActionSpace);
        _onWarning = onWarning;
    }

    /// <summary>Reads the actions.</summary>
    /// <returns>Columns that live until the next step.</returns>
    /// <exception cref="CallRefusedException">They do not keep the contract.</exception>
    /// <exception cref="InvalidActionException">An action is none that the environment takes.</exception>
    public Columns Read(Step step)
    {
        try
        {
            if (step.ExactAction is { } exact)
            {
                return ReadExact(ValueCodec.Decode(exact, "exact_action"));
            }

            if (step.ActionDtypes.Count > 0)
            {
                return ReadTyped(step);
            }

            _codec.Decode(step.Action, _actions);
            return _actions;
        }
        catch (ProtocolException exception)
        {
            throw new CallRefusedException(exception, "action");
        }
    }

    private Columns ReadTyped(Step step)
    {
        if (step.ActionDtypes.Count != _actions.Count || step.Action.Count != _actions.Count)
        {
            throw new ProtocolException($"{_actions.Count} leaves and dtypes expected, got {step.Action.Count} and {step.ActionDtypes.Count}.")
            {
                Reason = ErrorReasons.BadSlab,
            };
        }

        for (var leaf = 0; leaf < _actions.Count; leaf++)
        {
            var column = _actions[leaf];
            var given = (DType)step.ActionDtypes[leaf];
            if (given == column.Leaf.DType || given == 0 || column.Leaf.IsVariable)
            {
                _codec.DecodeLeaf(leaf, step.Action[leaf].Span, _actions);
                continue;
            }

            var expected = (long)column.Leaf.Elements * _actions.Lanes * (Enum.IsDefined(given) ? given.ItemSize() : 1);
            if (!Enum.IsDefined(given) || step.Action[leaf].Length != expected)
            {
                throw new ProtocolException($"leaf {leaf} '{column.Leaf.Path}': {expected} bytes expected ({given}), got {step.Action[leaf].Length}.")
                {
                    Reason = ErrorReasons.BadSlab,
                };
            }

            if (ExactColumns(given) is { } exact)
            {
                step.Action[leaf].Span.CopyTo(exact[0].Bytes);
                return exact;
            }

            Cast(NDArray.FromBytes(given, [column.Leaf.Elements * _actions.Lanes], step.Action[leaf].Span), column);
        }

        return _actions;
    }

    /// <summary>Columns of another element type, where the environment may compute with it; null where it is cast.</summary>
    private Columns? ExactColumns(DType given)
    {
        if (_env.SingleActionSpace is not Box box)
        {
            return null;
        }

        if (!_exact.TryGetValue(given, out var columns))
        {
            var (low, high) = given.IsFloatingPoint() ? (double.NegativeInfinity, double.PositiveInfinity) : (0, 1);
            _exact[given] = columns = new Columns(new Box(low, high, box.Shape, given), _actions.Lanes);
        }

        return columns;
    }

    private void Cast(NDArray given, Column column)
    {
        if (!given.DType.IsInteger() || !column.Leaf.DType.IsInteger())
        {
            _onWarning($"Actions of {given.DType.Name()} were given where the action space {_env.SingleActionSpace} has {column.Leaf.DType.Name()}; they are cast.");
        }

        Elements.Cast(given, column.Leaf.DType, column.Bytes);
    }

    private Columns ReadExact(object? action)
    {
        if (action is NDArray array && ExactColumns(array.DType) is { } exact && array.Bytes.Length == exact[0].Bytes.Length
            && array.DType != _actions[0].Leaf.DType && IsBatch(array))
        {
            array.Bytes.CopyTo(exact[0].Bytes);
            return exact;
        }

        if (_actions.Lanes == 1)
        {
            Write(0, action);
            return _actions;
        }

        var rows = action switch
        {
            NDArray { Shape.Length: > 0 } batch => _env.ActionSpace.Iterate(batch),
            IReadOnlyList<object?> list => list,
            _ => throw new InvalidActionException($"Actions for {Plural.Of(_actions.Lanes, "lane")} are expected, got {Shown(action)}."),
        };
        if (rows.Count != _actions.Lanes)
        {
            throw new InvalidActionException($"One action for each of {Plural.Of(_actions.Lanes, "lane")} is expected, got {rows.Count}.");
        }

        for (var lane = 0; lane < rows.Count; lane++)
        {
            Write(lane, rows[lane]);
        }

        return _actions;
    }

    private bool IsBatch(NDArray array)
    {
        var shape = _actions[0].Leaf.Shape;
        return array.Shape.AsSpan().SequenceEqual(_actions.Lanes == 1 ? shape.AsSpan() : [_actions.Lanes, .. shape]);
    }

    private void Write(int lane, object? action)
    {
        try
        {
            _actions.Write(lane, Natural(action) ?? throw new ArgumentException("None"));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            throw new InvalidActionException($"{Shown(action)} is no action of {_env.SingleActionSpace}.");
        }
    }

    // What Python means by a number, where the space's own type is an integer or an array.
    private object? Natural(object? action) => (_env.SingleActionSpace, action) switch
    {
        (Discrete, bool flag) => flag ? 1L : 0L,
        (Discrete, NumPyScalar { Value: { } array }) => Integer(array),
        (Discrete, NDArray array) => Integer(array),
        (Box or MultiBinary or MultiDiscrete, NDArray array) when array.DType != _env.SingleActionSpace.Leaves[0].DType => Recast(array),
        _ => action,
    };

    // What Gymnasium's Discrete takes: 0.5 and [0] are no actions.
    private static long? Integer(NDArray array) =>
        array.Shape.IsEmpty && array.DType.IsInteger() ? Convert.ToInt64(array.GetItem(0), CultureInfo.InvariantCulture) : null;

    private NDArray Recast(NDArray array)
    {
        var dtype = _env.SingleActionSpace.Leaves[0].DType;
        _onWarning($"Actions of {array.DType.Name()} were given where the action space {_env.SingleActionSpace} has {dtype.Name()}; they are cast.");
        var cast = new NDArray(dtype, array.Shape.AsSpan());
        Elements.Cast(array, dtype, cast.Bytes);
        return cast;
    }

    private static string Shown(object? action) => action switch
    {
        null => "None",
        IReadOnlyList<object?> list => $"a list or tuple of {list.Count}",
        string text => $"'{text}' (str)",
        NumPyScalar or NDArray => $"{action}",
        _ => string.Create(CultureInfo.InvariantCulture, $"{action} ({PythonTypeName.Of(action)})"),
    };
}
