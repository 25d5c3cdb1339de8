using GymBridge.Agents.Optimizers;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace GymBridge.Agents.Checkpoints;

/// <summary>Saves and loads optimizers of TorchSharp and our own.</summary>
internal static class OptimizerState
{
    public static void Save(optim.Optimizer optimizer, Stream stream)
    {
        using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        switch (optimizer)
        {
            case OptimizerHelper helper:
                helper.save_state_dict(writer);
                break;
            case RmsPropTfLike rmsProp:
                rmsProp.Save(writer);
                break;
            default:
                throw NotSupported(optimizer);
        }
    }

    public static void Load(optim.Optimizer optimizer, Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        switch (optimizer)
        {
            case OptimizerHelper helper:
                helper.load_state_dict(reader);
                break;
            case RmsPropTfLike rmsProp:
                rmsProp.Load(reader);
                break;
            default:
                throw NotSupported(optimizer);
        }
    }

    private static NotSupportedException NotSupported(optim.Optimizer optimizer) =>
        new($"The state of an optimizer {optimizer.GetType().Name} cannot be saved; use one of torch.optim or RmsPropTfLike.");
}
