using System.Globalization;

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

    public static TensorStringStyle TensorStringStyle { get; set; } = TensorStringStyle.Julia;

    /// <summary>Sets how tensors are printed from now on, with so many digits after the point.</summary>
    public static void set_printoptions(
        int precision, int? linewidth = null, string? newLine = null, bool sci_mode = false, int? maxRows = null, int? maxColumns = null) =>
        set_printoptions(null, $"{(sci_mode ? 'E' : 'F')}{precision}", linewidth, newLine, maxRows, maxColumns);

    /// <summary>Sets how tensors are printed from now on; null leaves an option as it is.</summary>
    public static void set_printoptions(
        TensorStringStyle? style = null, string? floatFormat = null, int? linewidth = null, string? newLine = null, int? maxRows = null, int? maxColumns = null)
    {
        TensorStringStyle = style ?? TensorStringStyle;
        PrintOptions.Current = new PrintOptions(
            floatFormat ?? PrintOptions.Current.FloatFormat,
            linewidth ?? PrintOptions.Current.LineWidth,
            newLine ?? PrintOptions.Current.NewLine,
            maxRows ?? PrintOptions.Current.MaxRows,
            maxColumns ?? PrintOptions.Current.MaxColumns);
    }

    public partial class Tensor
    {
        /// <summary>Shape, dtype and device: a debugger may show it without reading values.</summary>
        public override string ToString() => IsInvalid ? "[disposed]" : $"[{string.Join("x", Impl.Shape)}], type = {Impl.DType}, device = {device}";

        public string ToString(bool disamb, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null) =>
            disamb ? ToString(TensorStringStyle.Default, fltFormat, width, cultureInfo, newLine) : ToString();

        public string ToString(TensorStringStyle style, string? fltFormat = null, int? width = null, CultureInfo? cultureInfo = null, string? newLine = null)
        {
            if (style == TensorStringStyle.Default)
                style = TensorStringStyle;
            var options = PrintOptions.Current;
            using var values = Unscoped(CopyKernel.Contiguous(Impl));
            var printer = new TensorPrinter(
                values.Impl,
                options with { FloatFormat = fltFormat ?? options.FloatFormat, LineWidth = width ?? options.LineWidth, NewLine = newLine ?? options.NewLine },
                cultureInfo ?? CultureInfo.CurrentCulture);
            return style switch
            {
                TensorStringStyle.Metadata => ToString(),
                TensorStringStyle.Julia => printer.Julia(ToString()),
                TensorStringStyle.Numpy => printer.Numpy(),
                TensorStringStyle.CSharp => printer.CSharp(ToString()),
                _ => throw new System.ComponentModel.InvalidEnumArgumentException($"Unsupported tensor string style: {style}"),
            };
        }
    }
}
