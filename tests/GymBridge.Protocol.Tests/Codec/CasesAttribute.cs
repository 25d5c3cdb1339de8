using System.Globalization;
using FsCheck.Xunit;

namespace GymBridge.Protocol.Tests.Codec;

/// <summary>A property over random spaces and values. <c>GYMBRIDGE_EXAMPLES</c> says how many cases are tried instead of those that are
/// given, for the long run that CONTRIBUTING.md documents.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CasesAttribute : PropertyAttribute
{
    /// <summary>Cases of an ordinary run.</summary>
    /// <param name="count">How many.</param>
    public CasesAttribute(int count)
    {
        MaxTest = int.TryParse(Environment.GetEnvironmentVariable("GYMBRIDGE_EXAMPLES"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked)
            ? asked
            : count;
        Arbitrary = [typeof(ProtocolGenerators)];
    }
}
