namespace TorchSharp.Modules
{
    /// <summary>A tensor that a module learns. The tensor it is made from is emptied.</summary>
    public class Parameter : torch.Tensor
    {
        public Parameter(torch.Tensor data, bool requires_grad = true)
            : base(data.Impl.GradFn is null ? data.Impl.AddReference() : data.Impl.Detached(), data)
        {
            Impl.RequiresGrad = false;
            this.requires_grad = requires_grad;
        }
    }
}

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class nn
        {
            public static Modules.Parameter Parameter(Tensor data, bool requires_grad = true) => new(data, requires_grad);
        }
    }
}
