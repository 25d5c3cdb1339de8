namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor ones(params long[] sizes) => Creation.Ones(sizes, Impl.DType, null, false);

        public Tensor new_ones(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Ones([size], dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_ones(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Ones([rows, columns], dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_ones(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Ones([dim0, dim1, dim2], dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_ones(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Ones([dim0, dim1, dim2, dim3], dtype ?? Impl.DType, device, requires_grad);

        public Tensor zeros(params long[] sizes) => Creation.Zeros(sizes, Impl.DType, null, false);

        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Zeros(size, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_zeros(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Zeros(size, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_zeros(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Zeros([size], dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_zeros(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Zeros([rows, columns], dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_zeros(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Zeros([dim0, dim1, dim2], dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_zeros(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Zeros([dim0, dim1, dim2, dim3], dtype ?? Impl.DType, device, requires_grad);

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Zeros(Impl.Shape, dtype ?? Impl.DType, device, requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Ones(Impl.Shape, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Empty(size, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_empty(ReadOnlySpan<long> size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Empty(size, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_empty(long size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Empty([size], dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_empty(long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Empty([rows, columns], dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_empty(long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Empty([dim0, dim1, dim2], dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_empty(long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Empty([dim0, dim1, dim2, dim3], dtype ?? Impl.DType, device, requires_grad);

        public Tensor empty(params long[] sizes) => Creation.Empty(sizes, Impl.DType, null, false);

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Empty(Impl.Shape, dtype ?? Impl.DType, device, requires_grad);

        public Tensor full(long[] sizes, Scalar value) => Creation.Full(sizes, value, Impl.DType, null, false);

        public Tensor full(ReadOnlySpan<long> sizes, Scalar value) => Creation.Full(sizes, value, Impl.DType, null, false);

        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Full(size, value, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_full(ReadOnlySpan<long> size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Full(size, value, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_full(long size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Full([size], value, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_full(long rows, long columns, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Full([rows, columns], value, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_full(long dim0, long dim1, long dim2, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Full([dim0, dim1, dim2], value, dtype ?? Impl.DType, device, requires_grad);

        public Tensor new_full(
            long dim0, long dim1, long dim2, long dim3, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Full([dim0, dim1, dim2, dim3], value, dtype ?? Impl.DType, device, requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Creation.Full(Impl.Shape, value, dtype ?? Impl.DType, device, requires_grad);
    }
}
