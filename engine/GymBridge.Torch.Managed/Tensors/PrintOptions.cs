namespace GymBridge.Torch.Managed;

/// <summary>How tensors are printed.</summary>
/// <param name="FloatFormat">Format of a floating-point value.</param>
/// <param name="LineWidth">Characters of a line in the Julia style.</param>
/// <param name="NewLine">What ends a line.</param>
/// <param name="MaxRows">Rows of a dimension from which the middle ones are left out.</param>
/// <param name="MaxColumns">The same for the values of a row.</param>
internal sealed record PrintOptions(string FloatFormat, int LineWidth, string NewLine, int MaxRows, int MaxColumns)
{
    public static PrintOptions Current { get; set; } = new("g5", 100, Environment.NewLine, 6, 6);
}
