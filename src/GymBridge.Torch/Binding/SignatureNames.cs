using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace GymBridge.Torch.Binding;

/// <summary>Spells types and members as the runtime binds them: whole signatures, generic parameters by position, required modifiers.</summary>
internal sealed class SignatureNames : ISignatureTypeProvider<string, object?>
{
    public static SignatureNames Instance { get; } = new();

    public static string Method(string name, MethodSignature<string> signature) =>
        $"{name} {(signature.Header.IsInstance ? "instance" : "static")}{(signature.GenericParameterCount > 0 ? "`" + signature.GenericParameterCount : string.Empty)} {signature.ReturnType}({string.Join(",", signature.ParameterTypes)})";

    public static string Field(string name, string type) => $"{name} field {type}";

    /// <summary>A type's name without its type arguments.</summary>
    public static string Open(string type) => type.IndexOf('<', StringComparison.Ordinal) is var start and >= 0 ? type[..start] : type;

    public static string Definition(MetadataReader reader, TypeDefinitionHandle handle)
    {
        var type = reader.GetTypeDefinition(handle);
        var name = reader.GetString(type.Name);
        return type.GetDeclaringType() is { IsNil: false } outer ? Definition(reader, outer) + "/" + name : Full(reader.GetString(type.Namespace), name);
    }

    public static string Reference(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        var name = reader.GetString(type.Name);
        return type.ResolutionScope.Kind == HandleKind.TypeReference
            ? Reference(reader, (TypeReferenceHandle)type.ResolutionScope) + "/" + name
            : Full(reader.GetString(type.Namespace), name);
    }

    public static string Of(MetadataReader reader, EntityHandle type) => type.Kind switch
    {
        HandleKind.TypeReference => Reference(reader, (TypeReferenceHandle)type),
        HandleKind.TypeDefinition => Definition(reader, (TypeDefinitionHandle)type),
        _ => reader.GetTypeSpecification((TypeSpecificationHandle)type).DecodeSignature(Instance, null),
    };

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

    public string GetByReferenceType(string elementType) => elementType + "&";

    public string GetFunctionPointerType(MethodSignature<string> signature) => $"fnptr {signature.ReturnType}({string.Join(",", signature.ParameterTypes)})";

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => $"{genericType}<{string.Join(",", typeArguments)}>";

    public string GetGenericMethodParameter(object? genericContext, int index) => "!!" + index;

    public string GetGenericTypeParameter(object? genericContext, int index) => "!" + index;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => $"{unmodifiedType} {(isRequired ? "modreq" : "modopt")}({modifier})";

    public string GetPinnedType(string elementType) => elementType;

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode.ToString();

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Definition(reader, handle);

    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Reference(reader, handle);

    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    private static string Full(string space, string name) => space.Length == 0 ? name : space + "." + name;
}
