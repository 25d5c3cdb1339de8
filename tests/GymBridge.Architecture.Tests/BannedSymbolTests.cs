using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace GymBridge.Architecture.Tests;

/// <summary>Randomness and time come in as arguments, and nothing is printed: what the IL of the libraries refers to.</summary>
public class BannedSymbolTests
{
    private static readonly string[] Banned =
    [
        "System.Random", "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTimeOffset::get_Now", "System.DateTimeOffset::get_UtcNow",
        "System.Guid::NewGuid", "System.Threading.Thread::Sleep", "System.Console",
    ];

    // The progress bar of a program that names no other place.
    private static readonly string[] OfAgents = ["System.Console", "System.Console::get_Error", "System.Console::get_IsErrorRedirected"];

    [Theory]
    [InlineData("GymBridge.Core")]
    [InlineData("GymBridge.Environments")]
    [InlineData("GymBridge.Agents")]
    public void Library_UsesNoBannedSymbol(string library)
    {
        var used = References(library).Where(name => Banned.Contains(name) || Banned.Contains(name.Split("::")[0]));
        Assert.Empty(library == "GymBridge.Agents" ? used.Except(OfAgents) : used);
    }

    [Theory]
    [InlineData("GymBridge.Core")]
    [InlineData("GymBridge.Environments", "GymBridge.Core")]
    [InlineData("GymBridge.Agents", "GymBridge.Core", "GymBridge.Torch", "TorchSharp")]
    public void Library_KnowsNoOtherAssembly(string library, params string[] others)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{library}.dll")));
        var reader = file.GetMetadataReader();
        var assemblies = reader.AssemblyReferences.Select(handle => reader.GetString(reader.GetAssemblyReference(handle).Name))
            .Where(name => !name.StartsWith("System.", StringComparison.Ordinal) && name is not ("System" or "netstandard"));
        Assert.Empty(assemblies.Except(others));
    }

    [Fact]
    public void References_OfThisAssembly_AreFound()
    {
        _ = DateTime.UtcNow;
        Assert.Contains("System.DateTime::get_UtcNow", References("GymBridge.Architecture.Tests"));
    }

    private static List<string> References(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"{assembly}.dll")));
        var reader = file.GetMetadataReader();
        var names = reader.TypeReferences.Select(handle => TypeName(reader, handle)).ToList();
        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            if (member.Parent.Kind == HandleKind.TypeReference)
            {
                names.Add($"{TypeName(reader, (TypeReferenceHandle)member.Parent)}::{reader.GetString(member.Name)}");
            }
        }

        return names;
    }

    private static string TypeName(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }
}
