using System.Globalization;
using System.Text;

namespace TorchSharp;

public enum TensorStringStyle
{
    Metadata,
    Julia,
    Numpy,
    CSharp,
    Default,
}

public static partial class torch
{
    public const TensorStringStyle julia = TensorStringStyle.Julia;
    public const TensorStringStyle numpy = TensorStringStyle.Numpy;
    public const TensorStringStyle csharp = TensorStringStyle.CSharp;

    public static TensorStringStyle TensorStringStyle { get; set; } = TensorStringStyle.Numpy;

    public partial class Tensor
    {
        private const int Edge = 3;
        private const int Summarized = 1000;

        /// <summary>Shape, dtype and device: a debugger may show it without reading values.</summary>
        public override string ToString() => IsInvalid ? "[disposed]" : $"[{string.Join("x", Impl.Shape)}], type = {Impl.DType}, device = {device}";

        public string ToString(bool disamb, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null) =>
            ToString(TensorStringStyle.Default, fltFormat, width, cultureInfo, newLine);

        public string ToString(TensorStringStyle style, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null)
        {
            if (style == TensorStringStyle.Default)
                style = TensorStringStyle;
            if (style == TensorStringStyle.Metadata)
                return ToString();
            using var values = Unscoped(CopyKernel.Contiguous(Impl));
            var text = new StringBuilder();
            if (style != TensorStringStyle.Numpy)
                text.Append(ToString()).Append(newLine ?? "\n");
            Append(text, values.Impl, 0, 0, fltFormat ?? "g5", cultureInfo ?? CultureInfo.InvariantCulture, newLine ?? "\n");
            return text.ToString();
        }

        private static void Append(StringBuilder text, TensorImpl t, int dim, long offset, string format, CultureInfo culture, string newLine)
        {
            if (dim == t.Rank)
            {
                text.Append(t.DType switch
                {
                    ScalarType.Bool => Element.ReadLong(t, offset) != 0 ? "True" : "False",
                    ScalarType.Float32 or ScalarType.Float64 => Element.ReadDouble(t, offset).ToString(format, culture),
                    _ => Element.ReadLong(t, offset).ToString(culture),
                });
                return;
            }
            var n = t.Shape[dim];
            var stride = t.Strides[dim];
            var brief = t.Count > Summarized && n > 2 * Edge;
            text.Append('[');
            for (long i = 0; i < n; i++)
            {
                if (i > 0)
                {
                    text.Append(dim == t.Rank - 1 ? ", " : ",");
                    if (dim < t.Rank - 1)
                        text.Append(newLine).Append(' ', dim + 1);
                }
                if (brief && i == Edge)
                {
                    text.Append("...");
                    i = n - Edge - 1;
                    continue;
                }
                Append(text, t, dim + 1, offset + (i * stride), format, culture, newLine);
            }
            text.Append(']');
        }
    }
}
