using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using static GymBridge.Torch.Binding.SignatureNames;

namespace GymBridge.Torch.Binding;

/// <summary>What an assembly offers to others, and what it asks of them, read from its metadata without loading it.</summary>
internal sealed class AssemblySurface : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _reader;
    private readonly Dictionary<string, DefinedType> _types = new(StringComparer.Ordinal);

    /// <summary>Reads an assembly.</summary>
    /// <exception cref="BadImageFormatException">The file is no assembly.</exception>
    public AssemblySurface(string path)
    {
        _file = new PEReader(File.OpenRead(path));
        try
        {
            _reader = _file.HasMetadata ? _file.GetMetadataReader() : throw new BadImageFormatException($"'{path}' is no .NET assembly.");
        }
        catch
        {
            _file.Dispose();
            throw;
        }

        foreach (var handle in _reader.TypeDefinitions)
        {
            _types[Definition(_reader, handle)] = Read(handle);
        }
    }

    /// <summary>What an outside assembly can bind to.</summary>
    public IEnumerable<MemberReference> Visible() => _types.Where(type => type.Value.IsVisible).SelectMany(type =>
        type.Value.Members.Where(member => member.Value).Select(member => new MemberReference(type.Key, member.Key))
            .Prepend(new MemberReference(type.Key, null)));

    /// <summary>What else a binding, an override or a cast depends on, one fact a line, of visible types and members.</summary>
    public IEnumerable<(MemberReference Subject, string Fact)> Facts() =>
        _reader.TypeDefinitions.Where(handle => _types[Definition(_reader, handle)].IsVisible).SelectMany(FactsOf);

    /// <summary>Why a reference does not bind to this assembly; null if it does.</summary>
    /// <remarks>A member is declared by the type or by a base of it in this assembly.</remarks>
    public string? ProblemWith(MemberReference reference)
    {
        if (!_types.TryGetValue(reference.Type, out var type))
        {
            return "there is no such type";
        }

        if (!type.IsVisible)
        {
            return "the type is not public";
        }

        if (reference.Member is not { } member)
        {
            return null;
        }

        for (var at = type; at is not null; at = at.Base is { } parent && _types.TryGetValue(Open(parent), out var next) ? next : null)
        {
            if (at.Members.TryGetValue(member, out var isVisible))
            {
                return isVisible ? null : "the member is not public";
            }
        }

        var name = member[..(member.IndexOf(' ', StringComparison.Ordinal) + 1)];
        var near = type.Members.Keys.Where(key => key.StartsWith(name, StringComparison.Ordinal)).ToList();
        return near.Count == 0 ? "there is no member of that name" : $"its signature differs: {string.Join("; ", near)}";
    }

    /// <summary>What this assembly asks of another, by that one's simple name.</summary>
    public IEnumerable<MemberReference> ReferencesTo(string assembly)
    {
        foreach (var handle in _reader.TypeReferences.Where(handle => ScopeOf(handle) == assembly))
        {
            yield return new MemberReference(Reference(_reader, handle), null);
        }

        for (var row = 1; row <= _reader.GetTableRowCount(TableIndex.MemberRef); row++)
        {
            var member = _reader.GetMemberReference(MetadataTokens.MemberReferenceHandle(row));
            var parent = member.Parent.Kind switch
            {
                HandleKind.TypeReference => (TypeReferenceHandle)member.Parent,
                HandleKind.TypeSpecification => GenericTypeOf((TypeSpecificationHandle)member.Parent),
                _ => default,
            };
            if (!parent.IsNil && ScopeOf(parent) == assembly)
            {
                var name = _reader.GetString(member.Name);
                yield return new MemberReference(Reference(_reader, parent), member.GetKind() == MemberReferenceKind.Method
                    ? Method(name, member.DecodeMethodSignature(Instance, null))
                    : Field(name, member.DecodeFieldSignature(Instance, null)));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private DefinedType Read(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        var members = new Dictionary<string, bool>(StringComparer.Ordinal);
        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition))
        {
            members[NameOf(method)] =
                (method.Attributes & MethodAttributes.MemberAccessMask) is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;
        }

        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition))
        {
            members[NameOf(field)] =
                (field.Attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem;
        }

        return new DefinedType(IsVisible(type), members, BaseOf(type));
    }

    private IEnumerable<(MemberReference Subject, string Fact)> FactsOf(TypeDefinitionHandle handle)
    {
        var type = _reader.GetTypeDefinition(handle);
        var name = Definition(_reader, handle);
        var subject = new MemberReference(name, null);
        var kind = (type.Attributes & TypeAttributes.Interface) != 0 ? "interface" : BaseOf(type) is "System.ValueType" or "System.Enum" ? "value type" : "class";
        yield return (subject, $"{kind}{((type.Attributes & TypeAttributes.Sealed) != 0 ? " sealed" : string.Empty)}{((type.Attributes & TypeAttributes.Abstract) != 0 ? " abstract" : string.Empty)}");
        yield return (subject, $"base {BaseOf(type)}");
        foreach (var implemented in type.GetInterfaceImplementations().Select(_reader.GetInterfaceImplementation))
        {
            yield return (subject, $"implements {Of(_reader, implemented.Interface)}");
        }

        foreach (var fact in ConstraintsOf(type.GetGenericParameters()))
        {
            yield return (subject, fact);
        }

        foreach (var method in type.GetMethods().Select(_reader.GetMethodDefinition).Where(method => _types[name].Members[NameOf(method)]))
        {
            var member = new MemberReference(name, NameOf(method));
            yield return (member, DispatchOf(method.Attributes));
            foreach (var fact in ConstraintsOf(method.GetGenericParameters()))
            {
                yield return (member, fact);
            }
        }

        foreach (var field in type.GetFields().Select(_reader.GetFieldDefinition)
            .Where(
                field => (field.Attributes & FieldAttributes.Literal) != 0 && (field.Attributes & FieldAttributes.FieldAccessMask) == FieldAttributes.Public))
        {
            yield return (new MemberReference(name, NameOf(field)), $"constant {ConstantOf(field)}");
        }
    }

    private static string DispatchOf(MethodAttributes attributes)
    {
        var dispatch = (attributes & MethodAttributes.Virtual) == 0 ? "not virtual"
            : (attributes & MethodAttributes.Final) != 0 ? "final"
            : (attributes & MethodAttributes.Abstract) != 0 ? "abstract" : "virtual";
        return $"{dispatch}{((attributes & MethodAttributes.NewSlot) != 0 ? " newslot" : string.Empty)} {attributes & MethodAttributes.MemberAccessMask}";
    }

    private IEnumerable<string> ConstraintsOf(GenericParameterHandleCollection parameters) =>
        parameters.Select(_reader.GetGenericParameter).SelectMany(parameter =>
        parameter.GetConstraints().Select(_reader.GetGenericParameterConstraint).Select(constraint => $"!{parameter.Index}: {Of(_reader, constraint.Type)}")
            .Prepend($"!{parameter.Index}: {parameter.Attributes & GenericParameterAttributes.SpecialConstraintMask}"));

    private string ConstantOf(FieldDefinition field) =>
        Convert.ToHexString(_reader.GetBlobBytes(_reader.GetConstant(field.GetDefaultValue()).Value));

    private string NameOf(MethodDefinition method) => Method(_reader.GetString(method.Name), method.DecodeSignature(Instance, null));

    private string NameOf(FieldDefinition field) => Field(_reader.GetString(field.Name), field.DecodeSignature(Instance, null));

    private TypeReferenceHandle GenericTypeOf(TypeSpecificationHandle handle)
    {
        var blob = _reader.GetBlobReader(_reader.GetTypeSpecification(handle).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
        {
            return default;
        }

        blob.ReadByte();
        var type = blob.ReadTypeHandle();
        return type.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)type : default;
    }

    private string? ScopeOf(TypeReferenceHandle handle)
    {
        var scope = _reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => ScopeOf((TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => _reader.GetString(_reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => null,
        };
    }

    private string? BaseOf(TypeDefinition type) => type.BaseType.IsNil ? null : Of(_reader, type.BaseType);

    private bool IsVisible(TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic or TypeAttributes.NestedFamily or TypeAttributes.NestedFamORAssem =>
            IsVisible(_reader.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    private sealed record DefinedType(bool IsVisible, Dictionary<string, bool> Members, string? Base);
}
