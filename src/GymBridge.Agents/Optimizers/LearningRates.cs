using static TorchSharp.torch;

namespace GymBridge.Agents.Optimizers;

/// <summary>The step size of an optimizer.</summary>
internal static class LearningRates
{
    /// <summary>Sets the step size of all parameter groups.</summary>
    public static void SetLearningRate(this optim.Optimizer optimizer, double learningRate)
    {
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }
    }
}
