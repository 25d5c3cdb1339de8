namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            InitializeDeviceType(deviceType);
            return Converted(Impl.DType, copy, disposeAfter);
        }

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            InitializeDevice(device);
            return Converted(type, copy, disposeAfter);
        }

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => Converted(type, copy, disposeAfter);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            InitializeDevice(device);
            return Converted(Impl.DType, copy, disposeAfter);
        }

        public Tensor to(Tensor other, bool non_blocking = false) => Converted(other.Impl.DType, false, false);

        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => Converted(type, copy, disposeAfter);

        public Tensor type(ScalarType dtype) => Converted(dtype, false, false);

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor type_as(Tensor tensor) => Converted(tensor.Impl.DType, false, false);

        public Tensor cpu() => alias();

        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(DeviceType.CUDA);

        public Tensor mps(bool non_blocking = false) => to(DeviceType.MPS);

        public Tensor @bool() => type(ScalarType.Bool);

        public Tensor @byte() => type(ScalarType.Byte);

        public Tensor @char() => type(ScalarType.Int8);

        public Tensor @short() => type(ScalarType.Int16);

        public Tensor @int() => type(ScalarType.Int32);

        public Tensor @long() => type(ScalarType.Int64);

        public Tensor half() => type(ScalarType.Float16);

        public Tensor bfloat16() => type(ScalarType.BFloat16);

        public Tensor @float() => type(ScalarType.Float32);

        public Tensor @double() => type(ScalarType.Float64);

        public Tensor cfloat() => type(ScalarType.ComplexFloat32);

        public Tensor cdouble() => type(ScalarType.ComplexFloat64);

        public Tensor copy_(Tensor source, bool nonBlocking = false)
        {
            Autograd.CheckInPlace(this, source);
            Views.CheckOverlap(Impl);
            LambdaNode? node = null;
            if (Autograd.Records(this, source))
            {
                // The old value is gone: only the source has a gradient.
                node = new LambdaNode(static (n, g) => n.Give(0, g), default, default, default) { Shape = Impl.Shape, DType = Impl.DType };
                node.SetInputs(source);
            }
            CopyKernel.Into(source.Impl, Impl);
            Impl.Storage.Changed();
            if (node is not null)
                Autograd.Rebase(Impl, node);
            return this;
        }

        public Tensor fill_(Scalar value)
        {
            Autograd.CheckInPlace(this);
            var c = Elementwise.Constant(value, Impl.DType);
            CopyKernel.Into(c, Impl);
            c.Release();
            Impl.Storage.Changed();
            if (Autograd.Records(this))
                Autograd.Forget(this);
            return this;
        }

        public Tensor zero_() => fill_(0);

        public Tensor set_(Tensor source)
        {
            Autograd.CheckInPlace(this, source);
            Impl.Adopt(source.Impl);
            return this;
        }

        private Tensor Converted(ScalarType dtype, bool copy, bool disposeAfter)
        {
            if (dtype == Impl.DType)
            {
                // Never this handle itself: a caller disposes what it was given.
                var same = copy ? clone() : alias();
                if (disposeAfter)
                    Dispose();
                return same;
            }
            dtype.Supported();
            var result = new Tensor(CopyKernel.Cast(Impl, dtype));
            if (dtype.IsFloat() && Autograd.Records(this))
                Autograd.Attach(result, this, static (n, g) => n.Give(0, g));
            if (disposeAfter)
                Dispose();
            return result;
        }
    }
}
