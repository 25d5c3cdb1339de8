using GymBridge.Agents.Options;

namespace GymBridge.Agents;

/// <summary>An entropy coefficient in JSON: a number where it is fixed, else its text.</summary>
internal sealed class EntropyCoefficientJsonConverter : NumberOrTextJsonConverter<EntropyCoefficient>
{
    protected override EntropyCoefficient OfNumber(double number) => number;

    protected override EntropyCoefficient Parse(string text) => EntropyCoefficient.Parse(text);

    protected override double? NumberOf(EntropyCoefficient value) => value.IsAutomatic ? null : value.Value;
}
