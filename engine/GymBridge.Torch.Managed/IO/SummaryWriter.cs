using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using TorchSharp.Modules;
using TorchSharp.Utils.tensorboard.Enums;

namespace TorchSharp
{
    public static partial class torch
    {
        public static partial class utils
        {
            public static partial class tensorboard
            {
                /// <summary>Writes TensorBoard event files to a folder, by default one of its own under "runs".</summary>
                public static SummaryWriter SummaryWriter(string? log_dir = null, string? filename_suffix = null, bool createRunName = false)
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:MMMdd_HH-mm-ss}_{Environment.MachineName}");
                    var folder = log_dir is null ? Path.Combine("runs", name) : createRunName ? Path.Combine(log_dir, name) : log_dir;
                    return new SummaryWriter(folder, filename_suffix ?? string.Empty);
                }
            }
        }
    }
}

namespace TorchSharp.Modules
{
    /// <summary>Scalars, texts, histograms and images for TensorBoard. Every call appends one record and flushes it.</summary>
    public class SummaryWriter
    {
        private readonly string _path;
        private readonly Lock _lock = new();

        internal SummaryWriter(string folder, string suffix)
        {
            LogDir = folder;
            Directory.CreateDirectory(folder);
            var seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            _path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{seconds:D10}.{Environment.MachineName}{suffix}"));
            Append(new ProtoBuffer().Double(1, seconds).Text(3, "brain.Event:2"));
        }

        public string LogDir { get; }

        public void add_scalar(string tag, float scalar_value, int global_step, long? walltime = null) =>
            Append(global_step, walltime, new ProtoBuffer().Text(1, tag).Float(2, scalar_value));

        public void add_scalars(string main_tag, IDictionary<string, float> tag_scalar_dict, int global_step, long? walltime = null)
        {
            foreach (var (tag, value) in tag_scalar_dict)
                add_scalar($"{main_tag}/{tag}", value, global_step, walltime);
        }

        public void add_scalars(string main_tag, IList<(string, float)> tag_scalar_dict, int global_step, long? walltime = null)
        {
            foreach (var (tag, value) in tag_scalar_dict)
                add_scalar($"{main_tag}/{tag}", value, global_step, walltime);
        }

        /// <summary>A histogram in TensorBoard's own buckets; upstream's other rules for buckets fail there too.</summary>
        public void add_histogram(
            string tag, torch.Tensor values, int global_step,
            HistogramBinSelector bins = HistogramBinSelector.Tensorflow, long? walltime = null,
            long? max_bins = null)
        {
            if (bins != HistogramBinSelector.Tensorflow)
                throw Errors.NotSupported($"SummaryWriter.add_histogram with {bins} bins");
            if (values.numel() == 0)
                throw new ArgumentException("The input has no element.");
            using var wide = values.detach().to(torch.ScalarType.Float64, copy: true);
            var numbers = wide.data<double>().ToArray();
            var buckets = HistogramBuckets.Of(numbers, max_bins);
            // Like NumPy's, minimum and maximum of anything with a NaN are NaN.
            var histogram = new ProtoBuffer()
                .Double(1, Array.Exists(numbers, double.IsNaN) ? double.NaN : numbers.Min())
                .Double(2, Array.Exists(numbers, double.IsNaN) ? double.NaN : numbers.Max())
                .Double(3, numbers.Length)
                .Double(4, numbers.Sum())
                .Double(5, numbers.Sum(v => v * v))
                .Doubles(6, buckets.Right)
                .Doubles(7, buckets.Counts);
            Append(global_step, walltime, new ProtoBuffer().Text(1, tag).Message(5, histogram));
        }

        /// <summary>An image: uint8 of 0 to 255, or another dtype of 0 to 1. Letters N, C, H, W say what the dimensions are; several become a grid.</summary>
        public void add_img(string tag, torch.Tensor img_tensor, int global_step, long? walltime = null, string dataformats = "CHW") =>
            Append(global_step, walltime, tag, SummaryImage.Of(img_tensor, dataformats));

        /// <summary>An image file, which must be PNG here.</summary>
        public void add_img(string tag, string file_name, int global_step, long? walltime = null) =>
            Append(global_step, walltime, tag, SummaryImage.Of(file_name));

        public void add_video(string tag, torch.Tensor vid_tensor, int global_step, int fps = 4, long? walltime = null) =>
            throw Errors.NotSupported("SummaryWriter.add_video");

        public void add_text(string tag, string text_string, int global_step, long? walltime = null)
        {
            // A string tensor of one element with the mark of the text plugin.
            var metadata = new ProtoBuffer().Message(1, new ProtoBuffer().Text(1, "text"));
            var shape = new ProtoBuffer().Message(2, new ProtoBuffer().Integer(1, 1));
            var tensor = new ProtoBuffer().Integer(1, 7).Message(2, shape).Text(8, text_string);
            Append(global_step, walltime, new ProtoBuffer().Text(1, $"{tag}/text_summary").Message(8, tensor).Message(9, metadata));
        }

        private void Append(int step, long? walltime, string tag, SummaryImage image) =>
            Append(
                step,
                walltime,
                new ProtoBuffer().Text(1, tag).Message(
                    4, new ProtoBuffer().Integer(1, image.Height).Integer(2, image.Width).Integer(3, image.Channels).Bytes(4, image.Png)));

        private void Append(int step, long? walltime, ProtoBuffer value)
        {
            var time = walltime ?? (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0);
            Append(new ProtoBuffer().Double(1, time).Integer(2, step).Message(5, new ProtoBuffer().Message(1, value)));
        }

        private void Append(ProtoBuffer message)
        {
            var data = message.ToArray();
            var header = new byte[12];
            BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)data.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), Masked(header.AsSpan(0, 8)));
            var footer = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(footer, Masked(data));
            lock (_lock)
            {
                using var stream = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
                stream.Write([.. header, .. data, .. footer]);
            }
        }

        /// <summary>TFRecord's checksum: CRC-32C, rotated and offset so that a checksum of checksums stays one.</summary>
        private static uint Masked(ReadOnlySpan<byte> data)
        {
            var crc = uint.MaxValue;
            foreach (var b in data)
                crc = BitOperations.Crc32C(crc, b);
            crc = ~crc;
            return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
        }
    }

    /// <summary>Just enough of the protocol buffer encoding.</summary>
    internal sealed class ProtoBuffer
    {
        private readonly MemoryStream _stream = new();

        public ProtoBuffer Integer(int field, long value)
        {
            Varint((ulong)field << 3);
            Varint((ulong)value);
            return this;
        }

        public ProtoBuffer Double(int field, double value)
        {
            Varint(((ulong)field << 3) | 1);
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            _stream.Write(bytes);
            return this;
        }

        public ProtoBuffer Float(int field, float value)
        {
            Varint(((ulong)field << 3) | 5);
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            _stream.Write(bytes);
            return this;
        }

        public ProtoBuffer Doubles(int field, double[] values)
        {
            var bytes = new byte[8 * values.Length];
            for (var i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(8 * i), values[i]);
            return Bytes(field, bytes);
        }

        public ProtoBuffer Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

        public ProtoBuffer Message(int field, ProtoBuffer value) => Bytes(field, value.ToArray());

        public byte[] ToArray() => _stream.ToArray();

        public ProtoBuffer Bytes(int field, byte[] value)
        {
            Varint(((ulong)field << 3) | 2);
            Varint((ulong)value.Length);
            _stream.Write(value);
            return this;
        }

        private void Varint(ulong value)
        {
            while (value > 0x7F)
            {
                _stream.WriteByte((byte)(value | 0x80));
                value >>= 7;
            }
            _stream.WriteByte((byte)value);
        }
    }
}

namespace TorchSharp.Utils.tensorboard.Enums
{
    /// <summary>How a histogram's buckets are chosen.</summary>
    public enum HistogramBinSelector : byte
    {
        Doane,
        Rice,
        Scott,
        Sqrt,
        Stone,
        Sturges,
        Tensorflow,
    }
}
