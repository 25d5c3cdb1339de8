using GymBridge.Spaces;
using static TorchSharp.torch;

namespace GymBridge.Agents.Actions;

/// <summary>How a network's outputs become actions of a space.</summary>
public abstract class ActionHead
{
    private const int MostOutputs = 1 << 20;

    private protected ActionHead(Space space, long outputs, int width, bool isContinuous)
    {
        if (width == 0)
        {
            throw new NotSupportedException($"The action space {space} has no elements: there is nothing to choose. Wrap the environment so that it has actions.");
        }

        if (outputs > MostOutputs)
        {
            throw new NotSupportedException(
                $"The action space {space} needs {outputs} outputs of a network; {MostOutputs} are the most. Wrap the environment so that it has fewer actions.");
        }

        Space = space;
        Outputs = (int)outputs;
        Width = width;
        IsContinuous = isContinuous;
    }

    /// <summary>The space whose actions it writes.</summary>
    public Space Space { get; }

    /// <summary>Numbers that the network must give for one row.</summary>
    public int Outputs { get; }

    /// <summary>W: numbers of one action as it is stored.</summary>
    public int Width { get; }

    /// <summary>Whether actions are stored as float32 values; if not, as int64 indices.</summary>
    public bool IsContinuous { get; }

    /// <summary>The head of a policy that gives a distribution over the actions of a space.</summary>
    /// <param name="space">Discrete, MultiDiscrete, MultiBinary, or a Box of floating-point numbers.</param>
    /// <param name="title">The algorithm's name in messages: <c>PPO</c>.</param>
    /// <exception cref="NotSupportedException">The space is another one; the message names what would take it.</exception>
    public static ActionHead For(Space space, string title) => space switch
    {
        Discrete discrete => new CategoricalHead(discrete),
        MultiDiscrete multi => new MultiCategoricalHead(multi),
        MultiBinary binary => new BernoulliHead(binary),
        Box { DType: DType.Float32 or DType.Float64 or DType.Float16 } box => new GaussianHead(box),
        _ => throw ActionSpaces.Refuse(space, title),
    };

    /// <summary>The distribution of a batch.</summary>
    /// <param name="outputs">float32 [B, Outputs].</param>
    /// <param name="logStandardDeviation">float32 [W]; for continuous heads, else null.</param>
    /// <param name="mask">bool [B, Outputs]; false where an action is not allowed. Null allows all; continuous heads take none.</param>
    public abstract ActionDistribution Distribution(Tensor outputs, Tensor? logStandardDeviation = null, Tensor? mask = null);

    /// <summary>Writes actions into the columns of an environment, clipped to the space where it is a Box.</summary>
    public abstract void Write(ActionSpan actions, Columns columns);
}
