namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The memory of a contiguous tensor.</summary>
        public unsafe Span<byte> bytes
        {
            get
            {
                if (!Impl.Contiguous)
                    throw new NotImplementedException("Bytes() called on non-contiguous tensor.");
                return new Span<byte>(Impl.Data, (int)(Impl.Count * Impl.DType.Size()));
            }

            set
            {
                var target = bytes;
                if (value.Length != target.Length)
                    throw new ArgumentException($"Mismatched data sizes in SetBytes(): {value.Length} bytes for a tensor of {target.Length}.");
                value.CopyTo(target);
                Impl.Storage.Changed();
            }
        }

        /// <summary>The values, in row-major order whatever the layout.</summary>
        public Utils.TensorAccessor<T> data<T>()
            where T : unmanaged
        {
            CheckType<T>();
            return new Utils.TensorAccessor<T>(this);
        }

        public unsafe T item<T>()
            where T : unmanaged
        {
            CheckType<T>();
            if (Impl.Count != 1)
                throw new ArgumentException("Number of elements in the tensor must be 1");
            return *(T*)Impl.Data;
        }

        public Scalar ToScalar()
        {
            if (Impl.Count != 1)
                throw Errors.Libtorch($"a Tensor with {Impl.Count} elements cannot be converted to Scalar");
            return Impl.DType switch
            {
                ScalarType.Bool => item<bool>(),
                ScalarType.Byte => item<byte>(),
                ScalarType.Int32 => item<int>(),
                ScalarType.Int64 => item<long>(),
                ScalarType.Float32 => item<float>(),
                _ => item<double>(),
            };
        }

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public unsafe T ReadCpuValue<T>(long i)
            where T : unmanaged
        {
            CheckType<T>();
            if (i < 0 || i >= Impl.Count)
                throw new IndexOutOfRangeException($"The index {i} is out of range for a tensor of {Impl.Count} elements.");
            return ((T*)Impl.Data)[i];
        }

        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            using var copy = Unscoped(CopyKernel.Contiguous(Impl));
            stream.Write(copy.bytes);
        }

        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            if (Impl.Contiguous)
            {
                stream.ReadExactly(bytes);
            }
            else
            {
                using var copy = Unscoped(TensorImpl.EmptyLike(Impl, Impl.DType));
                stream.ReadExactly(copy.bytes);
                CopyKernel.Into(copy.Impl, Impl);
            }
            Impl.Storage.Changed();
        }

        internal static ScalarType TypeOf(Type t) =>
            t == typeof(float) ? ScalarType.Float32
            : t == typeof(double) ? ScalarType.Float64
            : t == typeof(long) ? ScalarType.Int64
            : t == typeof(int) ? ScalarType.Int32
            : t == typeof(byte) ? ScalarType.Byte
            : t == typeof(bool) ? ScalarType.Bool
            : t == typeof(sbyte) ? ScalarType.Int8
            : t == typeof(short) ? ScalarType.Int16
            : t == typeof(Half) ? ScalarType.Float16
            : t == typeof(BFloat16) ? ScalarType.BFloat16
            : throw new ArgumentException($"Values of type {t.Name} have no dtype.");

        private void CheckType<T>()
        {
            var type = TypeOf(typeof(T));
            if (type != Impl.DType)
                throw new ArgumentException($"{typeof(T)} is not compatible with {Impl.DType.Name()}: the type must be the tensor's own.");
        }
    }
}
