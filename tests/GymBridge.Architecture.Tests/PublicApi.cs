using System.Reflection;
using System.Runtime.CompilerServices;

namespace GymBridge.Architecture.Tests;

/// <summary>Writes the public and protected surface of an assembly, one line a member.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly HashSet<string> RecordMembers = new(StringComparer.Ordinal)
    {
        "Equals", "GetHashCode", "ToString", "Deconstruct", "op_Equality", "op_Inequality", "PrintMembers", "get_EqualityContract",
    };

    public static IReadOnlyList<string> Describe(Assembly assembly) =>
        [.. assembly.GetExportedTypes().SelectMany(Describe).Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Describe(Type type)
    {
        var name = Name(type);
        var bases = new[] { type.BaseType }.Where(
            parent => parent is not null && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
            .Concat(type.GetInterfaces().Where(item => item.IsPublic)).Select(item => Name(item!)).Order(StringComparer.Ordinal);
        yield return $"{Kind(type)} {name} : {string.Join(", ", bases)}".TrimEnd(' ', ':');
        foreach (var field in type.GetFields(Declared).Where(field => (field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly) && !field.IsSpecialName))
        {
            yield return $"{name}.{field.Name} : {Name(field.FieldType)}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : string.Empty)}";
        }

        foreach (var method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared)).Where(IsVisible))
        {
            yield return $"{name}.{Text(method)}";
        }
    }

    private static bool IsVisible(MethodBase method) =>
        (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly) && !method.Name.Contains('<', StringComparison.Ordinal) && !IsOfRecord(method);

    private static string Text(MethodBase method)
    {
        var parameters = string.Join(", ", method.GetParameters().Select(Text));
        var generics = method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : string.Empty;
        var returns = method is MethodInfo info ? $" : {Name(info.ReturnType)}" : string.Empty;
        string[] modifiers =
        [
            method.IsStatic ? "static" : string.Empty,
            method.IsAbstract ? "abstract" : method.IsVirtual && !method.IsFinal ? "virtual" : string.Empty,
            method.IsPublic ? string.Empty : "protected",
            IsInitOnly(method) ? "init" : string.Empty,
        ];
        return $"{method.Name}{generics}({parameters}){returns} {string.Join(' ', modifiers.Where(modifier => modifier.Length > 0))}".TrimEnd();
    }

    private static string Text(ParameterInfo parameter)
    {
        var isMany = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute));
        var way = parameter.IsOut ? "out " : parameter.IsIn ? "in " : isMany ? "params " : string.Empty;
        var value = parameter.IsOptional ? " = " + (parameter.RawDefaultValue ?? "null") : string.Empty;
        return $"{way}{Name(parameter.ParameterType)} {parameter.Name}{value}";
    }

    private static bool IsInitOnly(MethodBase method) =>
        method is MethodInfo info && info.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    // What every record has is said by the word.
    private static bool IsOfRecord(MethodBase method) =>
        method.IsDefined(typeof(CompilerGeneratedAttribute)) && RecordMembers.Contains(method.Name);

    private static bool IsRecord(Type type) => type.GetMethods(Declared).Any(
        method => method.Name is "<Clone>$" || (method.Name == "PrintMembers" && method.IsDefined(typeof(CompilerGeneratedAttribute))));

    private static string Kind(Type type) => IsRecord(type) ? $"record {PlainKind(type)}" : PlainKind(type);

    private static string PlainKind(Type type) => type switch
    {
        { IsInterface: true } => "interface",
        { IsEnum: true } => "enum",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Name(Type type)
    {
        if (type.IsGenericParameter)
        {
            return type.Name;
        }

        if (type.IsByRef || type.IsArray || type.IsPointer)
        {
            return Name(type.GetElementType()!) + (type.IsByRef ? "&" : type.IsArray ? "[]" : "*");
        }

        var own = (type.DeclaringType is null ? $"{type.Namespace}." : $"{Name(type.DeclaringType)}.") + type.Name.Split('`')[0];
        return type.IsGenericType ? $"{own}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : own;
    }
}
