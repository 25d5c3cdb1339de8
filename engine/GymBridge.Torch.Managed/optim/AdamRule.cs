using TorchSharp.Modules;

namespace GymBridge.Torch.Managed;

/// <summary>The step that Adam and AdamW share.</summary>
internal static class AdamRule
{
    public static unsafe void Step(Parameter p, TensorImpl g, long step, torch.Tensor first, torch.Tensor second, torch.Tensor? largest, in Settings s)
    {
        var bias1 = 1 - Math.Pow(s.Beta1, step);
        var bias2 = 1 - Math.Pow(s.Beta2, step);
        var x = p.Impl;
        if (x.DType == ScalarType.Float32 && x.Contiguous && g.Contiguous)
        {
            var fused = new AdamStep(
                (float)(1 - s.Beta1),
                (float)s.Beta2,
                (float)(1 - s.Beta2),
                (float)(s.Decoupled ? 1 - (s.Lr * s.Decay) : s.Decay),
                s.Decoupled,
                (float)(s.Lr / bias1),
                (float)Math.Sqrt(bias2),
                (float)s.Eps,
                s.Maximize);
            var max = largest is null ? null : largest.Impl.Ptr<float>();
            FusedKernel.Adam(x.Ptr<float>(), g.Ptr<float>(), first.Impl.Ptr<float>(), second.Impl.Ptr<float>(), max, x.Count, fused);
            x.Storage.Changed();
            return;
        }
        var grad = new torch.Tensor(g.AddReference());
        if (s.Maximize)
            grad = -grad;
        if (s.Decoupled)
            p.mul_(1 - (s.Lr * s.Decay));
        else if (s.Decay != 0)
            grad = grad + (p * s.Decay);
        Moments(grad, step, first, second, s.Beta1, s.Beta2);
        if (largest is not null)
        {
            largest.copy_(torch.maximum(largest, second));
            second = largest;
        }
        p.sub_(first / ((second.sqrt() / Math.Sqrt(bias2)) + s.Eps) * (s.Lr / bias1));
    }

    /// <summary>Moves both moments towards the gradient and its square; gives 1 - beta2^step.</summary>
    public static double Moments(torch.Tensor grad, long step, torch.Tensor first, torch.Tensor second, double beta1, double beta2)
    {
        first.add_((grad - first) * (1 - beta1));
        second.mul_(beta2).add_(grad * grad * (1 - beta2));
        return 1 - Math.Pow(beta2, step);
    }

    /// <summary>The options of one step. Decoupled decay shrinks the parameter itself (AdamW).</summary>
    public readonly record struct Settings(double Lr, double Beta1, double Beta2, double Eps, double Decay, bool Decoupled, bool Maximize);
}
