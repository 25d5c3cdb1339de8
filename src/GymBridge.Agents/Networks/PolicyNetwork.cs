using GymBridge.Agents.Actions;
using GymBridge.Agents.Randomness;
using static TorchSharp.torch;

namespace GymBridge.Agents.Networks;

/// <summary>All networks of a policy as one TorchSharp module: <c>parameters()</c>, <c>state_dict()</c> and <c>to(device)</c> are its own.</summary>
public abstract class PolicyNetwork : nn.Module
{
    /// <summary>Starts a module; the derived class registers its layers.</summary>
    /// <param name="name">Name of the module.</param>
    /// <param name="head">How outputs become actions.</param>
    protected PolicyNetwork(string name, ActionHead head)
        : base(name) => Head = head;

    /// <summary>How the outputs of the network become actions of the space.</summary>
    public ActionHead Head { get; }

    /// <summary>Takes an action for each row, without gradients.</summary>
    /// <param name="features">float32 [B, F]; encoded observations.</param>
    /// <param name="deterministic">Whether to take the most probable action instead of drawing one.</param>
    /// <param name="streams">One for each row; needed to draw.</param>
    /// <param name="actions">Filled.</param>
    public abstract void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions);

    /// <summary>Whether it remembers earlier observations of an episode in recurrent layers.</summary>
    public virtual bool IsRecurrent => false;

    /// <summary>The device that its weights are on.</summary>
    public Device Device => parameters().FirstOrDefault()?.device ?? CPU;

    /// <summary>The memory of some rows at the start of their episodes; null without recurrent layers.</summary>
    public virtual RecurrentState? CreateState(int rows) => null;

    /// <summary>Encoded observations as a tensor on the device of the weights.</summary>
    /// <param name="features">float32 [B, F].</param>
    /// <param name="rows">B.</param>
    /// <param name="count">F.</param>
    public Tensor Input(float[] features, int rows, int count) => tensor(features, [rows, count], device: Device);

    /// <summary>Takes an action for each row and moves its memory on; otherwise as the other one.</summary>
    /// <param name="features">float32 [B, F]; encoded observations.</param>
    /// <param name="deterministic">Whether to take the most probable action instead of drawing one.</param>
    /// <param name="streams">One for each row; needed to draw.</param>
    /// <param name="actions">Filled.</param>
    /// <param name="state">What is remembered of each row; zeros at the start of an episode.</param>
    /// <exception cref="NotSupportedException">The network remembers nothing.</exception>
    public virtual void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions, RecurrentState state) =>
        throw new NotSupportedException($"{GetType().Name} has no recurrent layers.");

    /// <summary>The numbers from which the most probable action is read: logits, action values, a mean.</summary>
    /// <param name="features">float32 [B, F]; encoded observations.</param>
    /// <returns>float32 [B, Outputs].</returns>
    /// <exception cref="NotSupportedException">The network does not act by the present observation alone.</exception>
    public virtual Tensor Outputs(Tensor features) => throw new NotSupportedException($"{GetType().Name} does not act by the present observation alone.");

    /// <summary>Whether it was trained with masks of allowed actions, and so needs them to act.</summary>
    public virtual bool UsesMasks => false;

    /// <summary>Whether its logits are added to those of a reference policy that the environment tells of, and so needs them to act.</summary>
    public virtual bool UsesReference => false;

    /// <summary>Takes an action for each row by logits that are added to a reference policy's; otherwise as the other one.</summary>
    /// <param name="reference">float32 [B, Outputs]; the reference policy's logits.</param>
    /// <param name="features">float32 [B, F]; encoded observations.</param>
    /// <param name="deterministic">Whether to take the most probable action instead of drawing one.</param>
    /// <param name="streams">One for each row; needed to draw.</param>
    /// <param name="actions">Filled.</param>
    /// <exception cref="NotSupportedException">The network starts from no reference.</exception>
    public virtual void ActFrom(Tensor reference, Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions) =>
        throw new NotSupportedException($"{GetType().Name} starts from no reference policy.");

    /// <summary>Takes an allowed action for each row; otherwise as the other one.</summary>
    /// <param name="features">float32 [B, F]; encoded observations.</param>
    /// <param name="deterministic">Whether to take the most probable action instead of drawing one.</param>
    /// <param name="streams">One for each row; needed to draw.</param>
    /// <param name="actions">Filled.</param>
    /// <param name="mask">bool [B, Outputs]; false where an action is not allowed.</param>
    /// <exception cref="NotSupportedException">The network takes no masks.</exception>
    public virtual void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions, Tensor mask) =>
        throw new NotSupportedException($"{GetType().Name} takes no masks of allowed actions.");
}
