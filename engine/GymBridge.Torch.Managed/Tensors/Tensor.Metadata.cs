namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public string? name { get; set; }

        public long[] shape => Impl.Shape.Length == 0 ? [] : (long[])Impl.Shape.Clone();

        public long Dimensions => Impl.Rank;

        public long ndim => Impl.Rank;

        public long NumberOfElements => Impl.Count;

        public long ElementSize => Impl.DType.Size();

        public ScalarType dtype => Impl.DType;

        public Device device
        {
            get
            {
                _ = Impl;
                return CPU;
            }
        }

        public int device_index => device.index;

        public DeviceType device_type => device.type;

        public bool is_cuda => Impl is null;

        public bool is_meta => Impl is null;

        public bool is_sparse => Impl is null;

        public bool is_leaf => Impl.GradFn is null;

        public bool requires_grad
        {
            get => Impl.NeedsGrad;
            set
            {
                if (value && !Impl.DType.IsFloat())
                    throw Errors.Libtorch($"only Tensors of floating point dtype can require gradients, not {Impl.DType.Name()}");
                if (!value && Impl.GradFn is not null)
                    throw Errors.Libtorch("you can only change requires_grad flags of leaf variables; use detach() instead.");
                Impl.RequiresGrad = value;
            }
        }

        /// <summary>The gradient: each read is a new handle to the same values.</summary>
        public Tensor? grad
        {
            get => Impl.Grad is { } g ? new Tensor(g.AddReference()) : null;
            set
            {
                if (value is not null && (!Shapes.Same(value.Impl.Shape, Impl.Shape) || value.Impl.DType != Impl.DType))
                    throw Errors.Libtorch($"assigned grad has data of a different size or type: [{Errors.Describe(value.Impl)}] for [{Errors.Describe(Impl)}]");
                Impl.SetGrad(value?.Impl.AddReference());
            }
        }

        public long dim() => Impl.Rank;

        public long numel() => Impl.Count;

        public long element_size() => Impl.DType.Size();

        public long size(int dim) => Impl.Shape[Shapes.Dim(dim, Impl.Rank)];

        public long[] size() => shape;

        public long[] stride() => Impl.Strides.Length == 0 ? [] : (long[])Impl.Strides.Clone();

        public long stride(int dim) => Impl.Strides[Shapes.Dim(dim, Impl.Rank)];

        public long storage_offset() => Impl.Offset;

        public bool is_contiguous() => Impl.Contiguous;

        public bool is_integral() => Impl.DType.IsInteger() || Impl.DType == ScalarType.Bool;

        public bool is_floating_point() => Impl.DType.IsFloat();

        public bool is_complex() => Impl is null;

        public bool is_quantized() => Impl is null;

        public bool is_pinned() => Impl is null;

        public Tensor pin_memory() => throw Errors.NotSupported("Tensor.pin_memory");

        public bool is_cpu() => Impl is not null;

        public bool is_nonzero()
        {
            if (Impl.Count != 1)
                throw Errors.Libtorch($"Boolean value of Tensor with shape {Errors.Shape(Impl.Shape)} is ambiguous");
            return !ToScalar().IsZero;
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad()
        {
            if (Impl.GradFn is { } node)
                node.Retain = Impl;
            else if (!Impl.RequiresGrad)
                throw Errors.Libtorch("can't retain_grad on Tensor that has requires_grad=False");
        }

        public void backward() => Engine.Backward([this], null, retain: false, create: false);

        public void backward(IList<Tensor>? grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor>? inputs = null) =>
            Engine.Backward(
                [this], grad_tensors is null ? null : [.. grad_tensors], retain_graph || create_graph, create_graph, inputs is null ? null : [.. inputs]);
    }
}
