using System.Reflection;
using GymBridge.Client.Replies;
using GymBridge.Protocol.V1;

namespace GymBridge.Client.Tests.Replies;

public sealed class ReplyFieldTests
{
    [Fact]
    public void ReplyReader_FieldNumbers_AreThoseOfTheContract()
    {
        var numbers = typeof(ReplyReader).GetFields(BindingFlags.NonPublic | BindingFlags.Static).Where(field => field.IsLiteral)
            .ToDictionary(field => field.Name.Replace("Field", string.Empty, StringComparison.Ordinal), field => (int)field.GetRawConstantValue()!);
        var declared = Reply.Descriptor.Fields.InFieldNumberOrder()
            .ToDictionary(field => string.Concat(field.Name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])), field => field.FieldNumber);

        Assert.NotEmpty(numbers);
        Assert.All(numbers, number => Assert.Equal(declared[number.Key], number.Value));
    }
}
