using System.Globalization;
using System.Text;

namespace GymBridge.Torch.Managed;

/// <summary>Writes the values of a contiguous tensor as upstream's styles do.</summary>
internal sealed class TensorPrinter(TensorImpl tensor, PrintOptions options, CultureInfo culture)
{
    private const string Ellipsis = "...";

    private readonly StringBuilder _text = new();

    /// <summary>Nested brackets; the blank lines between blocks grow with their rank.</summary>
    public string Numpy()
    {
        Nested(new('[', ']', string.Empty, string.Empty, IsNumpy: true), 0, 0);
        return _text.ToString();
    }

    /// <summary>An initializer of a C# array.</summary>
    public string CSharp(string metadata)
    {
        _text.Append(metadata).Append(", value = ");
        var rank = tensor.Rank;
        if (rank == 0)
            return _text.Append(Value(0)).ToString();
        var (keyword, suffix) = tensor.DType switch
        {
            torch.ScalarType.Bool => ("bool", string.Empty),
            torch.ScalarType.Byte => ("byte", string.Empty),
            torch.ScalarType.Int32 => ("int", string.Empty),
            torch.ScalarType.Int64 => ("long", "L"),
            torch.ScalarType.Float32 => ("float", "f"),
            _ => ("double", string.Empty),
        };
        var lineBreak = rank > 1 ? options.NewLine : string.Empty;
        _text.Append(lineBreak).Append(keyword).Append(" [").Append(',', rank - 1).Append("] {").Append(lineBreak).Append(rank > 1 ? " " : string.Empty);
        Items(new('{', '}', ",", suffix, IsNumpy: false), 0, 0);
        return _text.Append(lineBreak).Append('}').ToString();
    }

    /// <summary>Two-dimensional pages with aligned columns, each under its index.</summary>
    public string Julia(string metadata)
    {
        _text.Append(metadata);
        switch (tensor.Rank)
        {
            case 0:
                _text.Append(", value = ").Append(Value(0));
                break;
            case 1:
                _text.Append(options.NewLine);
                Page(0, 1, tensor.Shape[0], isAligned: false);
                break;
            case 2:
                _text.Append(options.NewLine);
                Page(0, tensor.Shape[0], tensor.Shape[1], isAligned: true);
                break;
            default:
                Pages(0, 0, string.Empty);
                break;
        }
        return _text.ToString();
    }

    private void Nested(Brackets brackets, int dim, long offset)
    {
        if (dim == tensor.Rank)
        {
            _text.Append(Value(offset));
            return;
        }
        _text.Append(brackets.Open);
        Items(brackets, dim, offset);
        _text.Append(brackets.Close);
    }

    private void Items(Brackets brackets, int dim, long offset)
    {
        var n = tensor.Shape[dim];
        var isRow = dim == tensor.Rank - 1;
        var limit = isRow ? options.MaxColumns : options.MaxRows;
        var trailing = n > limit ? limit / 2 : n;
        var leading = n > limit ? limit - trailing : 0;
        var lineBreak = brackets.IsNumpy ? string.Concat(Enumerable.Repeat(options.NewLine, tensor.Rank - dim - 1)) : options.NewLine;
        for (long i = 0; i < n; i++)
        {
            if (n > limit && i == leading)
            {
                i = n - trailing;
                _text.Append(' ', isRow ? 0 : dim + 1).Append(Ellipsis).Append(isRow ? " " : lineBreak);
            }
            if (!isRow && i > 0)
                _text.Append(' ', dim + 1);
            Nested(brackets, dim + 1, offset + (i * tensor.Strides[dim]));
            _text.Append(isRow ? brackets.Suffix : string.Empty);
            if (i < n - 1)
                _text.Append(isRow ? ", " : brackets.Separator).Append(isRow ? string.Empty : lineBreak);
        }
    }

    private void Pages(int dim, long offset, string index)
    {
        for (long i = 0; i < tensor.Shape[dim]; i++)
        {
            var at = offset + (i * tensor.Strides[dim]);
            if (dim < tensor.Rank - 3)
            {
                Pages(dim + 1, at, $"{index}{i},");
                continue;
            }
            _text.Append(options.NewLine).Append(CultureInfo.InvariantCulture, $"[{index}{i},..,..] =").Append(options.NewLine);
            Page(at, tensor.Shape[dim + 1], tensor.Shape[dim + 2], isAligned: true);
        }
    }

    private void Page(long offset, long rows, long columns, bool isAligned)
    {
        var table = new List<string>[rows];
        for (var i = 0; i < rows; i++)
            table[i] = Row(offset + (i * columns), columns);
        var shown = rows == 0 ? 0 : table.Min(row => row.Count);
        var widths = new int[shown];
        for (var j = 0; isAligned && j < shown; j++)
            widths[j] = table.Max(row => row[j].Length);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < shown; j++)
                _text.Append(' ').Append(table[i][j].PadLeft(widths[j]));
            _text.Append(shown < columns ? " " + Ellipsis : string.Empty).Append(options.NewLine);
        }
    }

    // The values that fit in a line with the ellipsis behind them.
    private List<string> Row(long offset, long columns)
    {
        var row = new List<string>();
        var width = options.LineWidth;
        for (long i = 0; i < columns; i++)
        {
            var value = Value(offset + i);
            if (width - value.Length - Ellipsis.Length - 1 < 0)
                break;
            row.Add(value);
            width -= value.Length + 1;
        }
        return row;
    }

    private string Value(long offset) => tensor.DType switch
    {
        torch.ScalarType.Bool => Element.ReadLong(tensor, offset) != 0 ? "True" : "False",
        torch.ScalarType.Float32 => ((float)Element.ReadDouble(tensor, offset)).ToString(options.FloatFormat, culture),
        torch.ScalarType.Float64 => Element.ReadDouble(tensor, offset).ToString(options.FloatFormat, culture),
        _ => Element.ReadLong(tensor, offset).ToString(culture),
    };

    private sealed record Brackets(char Open, char Close, string Separator, string Suffix, bool IsNumpy);
}
