using Google.Protobuf.Reflection;
using GymBridge.Protocol.V1;

namespace GymBridge.Protocol.Tests;

/// <summary>The wire contract is frozen: docs/protocol.md, section 15.</summary>
public sealed class BaselineTests
{
    private const string Baseline = "protos/baseline/gymbridge.v1.txt";

    [Fact]
    public void Contract_AgainstItsBaseline_HasOnlyCompatibleChanges()
    {
        var frozen = File.ReadAllLines(RepositoryRoot.Combine(Baseline)).Where(line => line.Length > 0 && line[0] != '#').ToList();
        var now = Lines().ToList();

        Assert.True(
            frozen.All(now.Contains),
            $"An older peer would not understand this; keep the line and add a new field instead: {string.Join("; ", frozen.Except(now))}");
        Assert.True(
            now.All(frozen.Contains),
            $"New in the contract; add to {Baseline}:{Environment.NewLine}{string.Join(Environment.NewLine, now.Except(frozen))}");
    }

    private static IEnumerable<string> Lines() =>
        ((FileDescriptor[])[ValuesReflection.Descriptor, ErrorsReflection.Descriptor, EnvServiceReflection.Descriptor]).SelectMany(LinesOf);

    private static IEnumerable<string> LinesOf(FileDescriptor file) =>
    [
        .. file.Services.SelectMany(service => service.Methods.Select(method =>
            $"rpc {service.Name}.{method.Name}({Stream(method.IsClientStreaming)}{method.InputType.Name}) returns ({Stream(method.IsServerStreaming)}{method.OutputType.Name})")),
        .. file.EnumTypes.SelectMany(LinesOf),
        .. file.MessageTypes.SelectMany(LinesOf),
    ];

    private static IEnumerable<string> LinesOf(EnumDescriptor type) => type.Values.Select(value => $"{type.Name}.{value.Name} = {value.Number}");

    private static IEnumerable<string> LinesOf(MessageDescriptor message) =>
    [
        .. message.Fields.InFieldNumberOrder().Select(field => $"{NameOf(message)}.{field.Name} = {field.FieldNumber} {KindOf(field)}"),
        .. message.EnumTypes.SelectMany(LinesOf),
        .. message.NestedTypes.SelectMany(LinesOf),
    ];

    private static string KindOf(FieldDescriptor field)
    {
        var type = field.FieldType switch
        {
            FieldType.Message => NameOf(field.MessageType),
            FieldType.Enum => field.EnumType.Name,
            _ => field.FieldType.ToString().ToLowerInvariant(),
        };
        var oneOf = field.RealContainingOneof is { } group ? $" of {group.Name}" : string.Empty;
        return $"{(field.IsRepeated ? "repeated " : string.Empty)}{type}{oneOf}";
    }

    private static string NameOf(MessageDescriptor message) =>
        message.ContainingType is { } outer ? $"{NameOf(outer)}.{message.Name}" : message.Name;

    private static string Stream(bool isStream) => isStream ? "stream " : string.Empty;
}
