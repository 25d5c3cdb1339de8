using GymBridge.Shared;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                foreach (var (key, parameter) in _internal_params)
                {
                    if (parameter is not null)
                        destination[Join(prefix, key)] = parameter;
                }
                foreach (var (key, (buffer, persistent)) in _internal_buffers)
                {
                    if (persistent)
                        destination[Join(prefix, key)] = buffer;
                }
                foreach (var (key, child) in named_children())
                    child.state_dict(destination, Join(prefix, key));
                return destination;
            }

            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                var own = state_dict();
                List<string> missing = [.. own.Keys.Where(k => !source.ContainsKey(k) && skip?.Contains(k) != true)];
                List<string> unexpected = [.. source.Keys.Where(k => !own.ContainsKey(k) && skip?.Contains(k) != true)];
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException($"The loaded state_dict is not identical to the target dictionary: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}].");
                List<(Tensor Target, Tensor Value)> pairs = [];
                foreach (var (key, value) in source)
                {
                    if (skip?.Contains(key) == true || !own.TryGetValue(key, out var target))
                        continue;
                    if (!Shapes.Same(target.Impl.Shape, value.Impl.Shape))
                        throw new ArgumentException($"Mismatched state_dict sizes: '{key}' is {Errors.Describe(target.Impl)} in the module and {Errors.Describe(value.Impl)} in the dictionary.");
                    pairs.Add((target, value));
                }
                // Nothing is written before everything has been checked.
                using var _ = no_grad();
                foreach (var (target, value) in pairs)
                    target.copy_(value);
                return (missing, unexpected);
            }

            public Module save(string location, IList<string>? skip = null)
            {
                SafeFile.Replace(location, stream => save(stream, skip));
                return this;
            }

            public Module save(BinaryWriter writer, IList<string>? skip = null)
            {
                save_state_dict(writer, state_dict(), skip);
                return this;
            }

            public Module save(Stream stream, IList<string>? skip = null)
            {
                using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                return save(writer, skip);
            }

            public static void save_state_dict(BinaryWriter writer, Dictionary<string, Tensor> sd, IList<string>? skip = null)
            {
                var kept = sd.Where(e => skip?.Contains(e.Key) != true).ToArray();
                TensorFormat.WriteLeb128(writer, kept.Length);
                foreach (var (key, value) in kept)
                {
                    writer.Write(key);
                    TensorFormat.Write(writer, value);
                }
            }

            /// <exception cref="FormatException">The file is damaged or of another format; the module is unchanged, as with the others below.</exception>
            /// <exception cref="EndOfStreamException">The file ends too early.</exception>
            /// <exception cref="ArgumentException">Names, shapes or dtypes are not those of the module.</exception>
            /// <exception cref="NotSupportedException">The engine does not have a dtype of the file.</exception>
            public virtual Module load(string location, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var stream = File.OpenRead(location);
                return load(stream, strict, skip, loadedParameters);
            }

            public Module load(Stream stream, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
                return load(reader, strict, skip, loadedParameters);
            }

            public virtual Module load(BinaryReader reader, bool strict = true, IList<string>? skip = null, Dictionary<string, bool>? loadedParameters = null)
            {
                var own = state_dict();
                var count = TensorFormat.ReadLeb128(reader);
                if (strict && count != own.Count)
                    throw new ArgumentException($"Mismatched state_dict sizes: expected {own.Count}, but found {count} entries.");
                List<(string Key, bool IsKnown)> keys = [];
                List<(Tensor Target, Tensor Value)> read = [];
                try
                {
                    for (long i = 0; i < count; i++)
                    {
                        var key = TensorFormat.ReadName(reader);
                        var isKnown = own.TryGetValue(key, out var target);
                        if (!isKnown && strict)
                            throw new ArgumentException($"Mismatched module state names: the target modules does not have a submodule or buffer named '{key}'");
                        keys.Add((key, isKnown));
                        if (target is null || skip?.Contains(key) == true)
                            TensorFormat.Read(reader, skip: true);
                        else
                            read.Add((target, TensorFormat.Read(reader, expected: target.Impl, name: key)!));
                    }
                    // The model is untouched until the whole file has been understood.
                    using var _ = no_grad();
                    foreach (var (target, value) in read)
                        target.copy_(value);
                    foreach (var (key, isKnown) in keys)
                        loadedParameters?.Add(key, isKnown);
                }
                finally
                {
                    foreach (var (_, value) in read)
                        value.Dispose();
                }
                return this;
            }

            public static Module Create<T>(string path)
                where T : Module, new()
            {
                Module module = new T();
                return module.load(path);
            }

            protected internal virtual Module _to(Device device, ScalarType dtype, bool non_blocking)
            {
                CheckFloating(dtype);
                InitializeDevice(device);
                return _to(dtype, non_blocking);
            }

            protected internal virtual Module _to(DeviceType deviceType, int deviceIndex, bool non_blocking)
            {
                InitializeDeviceType(deviceType);
                return this;
            }

            protected internal virtual Module _to(ScalarType dtype, bool non_blocking)
            {
                CheckFloating(dtype);
                foreach (var child in children())
                    child._to(dtype, non_blocking);
                _toEpilog(dtype, non_blocking);
                return this;
            }

            private static void CheckFloating(ScalarType dtype)
            {
                if (dtype is ScalarType.Bool or ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64)
                    throw new ArgumentException($"nn.Module.to only accepts floating point or complex types, but got desired dtype={dtype}");
            }

            public Module _to(Tensor other, bool non_blocking) => _to(other.dtype, non_blocking);

            protected void _toEpilog(ScalarType dtype, bool non_blocking) => _toEpilog(dtype, null, non_blocking);

            protected void _toEpilog(Device device, ScalarType dtype, bool non_blocking) => _toEpilog(dtype, device, non_blocking);

            protected void _toEpilog(DeviceType deviceType, int deviceIndex, bool non_blocking) =>
                _toEpilog(null, new Device(deviceType, deviceIndex), non_blocking);

            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                if (device is not null)
                    InitializeDevice(device);
                if (dtype is not { } t)
                    return;
                t.Supported();
                // Converted in place: optimizers go on knowing their parameters.
                foreach (var (_, parameter) in _internal_params)
                    Convert(parameter, t);
                foreach (var (_, (buffer, _)) in _internal_buffers)
                    Convert(buffer, t);
            }

            private static void Convert(Tensor? tensor, ScalarType dtype)
            {
                if (tensor is null || tensor.Impl.DType == dtype || !tensor.Impl.DType.IsFloat())
                    return;
                var cast = CopyKernel.Cast(tensor.Impl, dtype);
                tensor.Impl.Adopt(cast);
                cast.Release();
                if (tensor.Impl.Grad is { } grad)
                    tensor.Impl.SetGrad(CopyKernel.Cast(grad, dtype));
            }

            private static string Join(string? prefix, string key) => string.IsNullOrEmpty(prefix) ? key : $"{prefix}.{key}";
        }
    }
}
