using System.Globalization;
using GymBridge.Errors;
using GymBridge.Protocol.Codec;
using GymBridge.Protocol.Errors;
using GymBridge.Protocol.V1;
using GymBridge.Spaces;

namespace GymBridge.Server.Sessions;

/// <summary>Puts the actions of a step into columns; those that were given in another type than the space's are cast, with a
/// warning. docs/protocol.md, section 6.</summary>
internal sealed class ActionReader(VectorEnv env, Columns actions, Action<string> onWarning)
{
    private readonly SlabCodec _codec = new(env.SingleActionSpace);

    /// <summary>Reads the actions.</summary>
    /// <exception cref="CallRefusedException">They do not keep the contract.</exception>
    /// <exception cref="InvalidActionException">An action is none that the environment takes.</exception>
    public void Read(Step step)
    {
        try
        {
            if (step.ExactAction is { } exact)
            {
                ReadExact(ValueCodec.Decode(exact, "exact_action"));
            }
            else if (step.ActionDtypes.Count == 0)
            {
                _codec.Decode(step.Action, actions);
            }
            else
            {
                ReadCast(step);
            }
        }
        catch (ProtocolException exception)
        {
            throw new CallRefusedException(exception, "action");
        }
    }

    private void ReadCast(Step step)
    {
        if (step.ActionDtypes.Count != actions.Count || step.Action.Count != actions.Count)
        {
            throw new ProtocolException($"{actions.Count} leaves and dtypes expected, got {step.Action.Count} and {step.ActionDtypes.Count}.")
            {
                Reason = ErrorReasons.BadSlab,
            };
        }

        for (var leaf = 0; leaf < actions.Count; leaf++)
        {
            var column = actions[leaf];
            var given = (DType)step.ActionDtypes[leaf];
            if (given == column.Leaf.DType || given == 0 || column.Leaf.IsVariable)
            {
                _codec.DecodeLeaf(leaf, step.Action[leaf].Span, actions);
                continue;
            }

            var expected = (long)column.Leaf.Elements * actions.Lanes * (Enum.IsDefined(given) ? given.ItemSize() : 1);
            if (!Enum.IsDefined(given) || step.Action[leaf].Length != expected)
            {
                throw new ProtocolException($"leaf {leaf} '{column.Leaf.Path}': {expected} bytes expected ({given}), got {step.Action[leaf].Length}.")
                {
                    Reason = ErrorReasons.BadSlab,
                };
            }

            Cast(NDArray.FromBytes(given, [column.Leaf.Elements * actions.Lanes], step.Action[leaf].Span), column);
        }
    }

    private void Cast(NDArray given, Column column)
    {
        if (!given.DType.IsInteger() || !column.Leaf.DType.IsInteger())
        {
            onWarning($"Actions of {given.DType.Name()} were given where the action space {env.SingleActionSpace} has {column.Leaf.DType.Name()}; they are cast.");
        }

        Elements.Cast(given, column.Leaf.DType, column.Bytes);
    }

    private void ReadExact(object? action)
    {
        if (actions.Lanes == 1)
        {
            Write(0, action);
            return;
        }

        var rows = action switch
        {
            NDArray { Shape.Length: > 0 } array => SpaceBatching.Iterate(env.ActionSpace, array),
            IReadOnlyList<object?> list => list,
            _ => throw new InvalidActionException($"Actions for {actions.Lanes} lanes are expected, got {Shown(action)}."),
        };
        if (rows.Count != actions.Lanes)
        {
            throw new InvalidActionException($"{actions.Lanes} actions are expected, one for each lane, got {rows.Count}.");
        }

        for (var lane = 0; lane < rows.Count; lane++)
        {
            Write(lane, rows[lane]);
        }
    }

    private void Write(int lane, object? action)
    {
        try
        {
            actions.Write(lane, Natural(action) ?? throw new ArgumentException("None"));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            throw new InvalidActionException($"{Shown(action)} is no action of {env.SingleActionSpace}.");
        }
    }

    // What Python means by a number, where the space's own type is an integer or an array.
    private object? Natural(object? action) => (env.SingleActionSpace, action) switch
    {
        (Discrete, bool flag) => flag ? 1L : 0L,
        (Discrete, NumPyScalar { Value: { } array }) when array.DType.IsInteger() => Convert.ToInt64(array.GetItem(0), CultureInfo.InvariantCulture),
        (Discrete, NDArray { Length: 1 } array) when array.DType.IsInteger() => Convert.ToInt64(array.GetItem(0), CultureInfo.InvariantCulture),
        (Box or MultiBinary or MultiDiscrete, NDArray array) when array.DType != env.SingleActionSpace.Leaves[0].DType => Recast(array),
        _ => action,
    };

    private NDArray Recast(NDArray array)
    {
        var dtype = env.SingleActionSpace.Leaves[0].DType;
        onWarning($"Actions of {array.DType.Name()} were given where the action space {env.SingleActionSpace} has {dtype.Name()}; they are cast.");
        var cast = new NDArray(dtype, array.Shape.AsSpan());
        Elements.Cast(array, dtype, cast.Bytes);
        return cast;
    }

    private static string Shown(object? action) => action switch
    {
        null => "None",
        IReadOnlyList<object?> list => $"a list or tuple of {list.Count}",
        _ => $"{action} ({action.GetType().Name})",
    };
}
