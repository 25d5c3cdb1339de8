using System.Runtime.InteropServices;
using GymBridge.Agents.Actions;
using GymBridge.Agents.Networks;
using GymBridge.Agents.Randomness;
using static TorchSharp.torch;

namespace GymBridge.Agents;

/// <summary>The tables of a bandit algorithm as buffers of a module, so that they are saved, compared and loaded as weights are.</summary>
internal sealed class ArmNetwork : PolicyNetwork
{
    public ArmNetwork(BanditRule rule, int features, CategoricalHead head)
        : base(nameof(ArmNetwork), head)
    {
        Rule = rule;
        Arms = new ArmTables(head.Outputs, rule.Tables(features));
        rule.Start(Arms);
        foreach (var (name, table) in Arms.Tensors)
        {
            register_buffer(name, table);
        }
    }

    public BanditRule Rule { get; }

    public ArmTables Arms { get; }

    /// <inheritdoc/>
    public override void Act(Tensor features, bool deterministic, LaneStreams streams, ActionSpan actions)
    {
        var rows = actions.Indices;
        var contexts = MemoryMarshal.Cast<byte, float>(features.bytes);
        var width = contexts.Length / rows.Length;
        for (var row = 0; row < rows.Length; row++)
        {
            var context = contexts.Slice(row * width, width);
            rows[row] = deterministic ? Rule.Best(Arms, context) : Rule.Choose(Arms, context, streams[row]);
        }
    }
}
