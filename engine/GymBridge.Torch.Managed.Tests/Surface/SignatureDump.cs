using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace GymBridge.Torch.Managed.Tests.Surface;

/// <summary>The visible members of an assembly, one a line: what a caller's source depends on, names of parameters and defaults included.</summary>
internal static class SignatureDump
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static IEnumerable<string> Of(Assembly assembly) =>
        Types(assembly).Where(t => t.IsVisible).OrderBy(t => t.FullName, StringComparer.Ordinal).SelectMany(Of);

    private static Type[] Types(Assembly assembly)
    {
        try
        {
            return assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            return [.. e.Types.OfType<Type>()];
        }
    }

    private static IEnumerable<string> Of(Type type)
    {
        var name = Name(type);
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(n => $"{name}|{n}|= {Convert.ToInt64(Enum.Parse(type, n), CultureInfo.InvariantCulture)}");
        }

        if (type.IsSubclassOf(typeof(Delegate)))
        {
            return [$"{name}||delegate"];
        }

        var lines = new List<string>();
        void Try(Action add)
        {
            try
            {
                add();
            }
            catch (Exception e) when (e is IOException or TypeLoadException)
            {
                // A member whose types live in a package that is not here cannot be part of the comparison.
            }
        }
        foreach (var c in type.GetConstructors(Declared))
        {
            Try(() => Add(c.IsStatic ? null : c, $"{name}|.ctor|({Parameters(c)})"));
        }

        foreach (var m in type.GetMethods(Declared))
        {
            Try(() =>
            {
                var accessor = m.IsSpecialName && !m.Name.StartsWith("op_", StringComparison.Ordinal);
                Add(accessor || Overrides(m) || m.Name is "Finalize" or "<Clone>$" ? null : m, $"{name}|{m.Name}|{(m.IsStatic ? "static " : string.Empty)}{Name(m.ReturnType)} {m.Name}{Generic(m)}({Parameters(m)})");
            });
        }
        foreach (var p in type.GetProperties(Declared))
        {
            Try(() =>
            {
                var index = p.GetIndexParameters();
                var text = $"{(index.Length > 0 ? $"this[{string.Join(", ", index.Select(Parameter))}]" : p.Name)}";
                if (p.GetMethod is { } get && !Overrides(get))
                {
                    Add(get, $"{name}|{p.Name}|{(get.IsStatic ? "static " : string.Empty)}{Name(p.PropertyType)} {text} get");
                }

                if (p.SetMethod is { } set && !Overrides(set))
                {
                    Add(set, $"{name}|{p.Name}|{(set.IsStatic ? "static " : string.Empty)}{Name(p.PropertyType)} {text} set");
                }
            });
        }
        foreach (var f in type.GetFields(Declared))
        {
            if (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly)
            {
                Try(() => lines.Add($"{name}|{f.Name}|{(f.IsLiteral ? "const " : f.IsStatic ? "static " : string.Empty)}{(f.IsInitOnly ? "readonly " : string.Empty)}{Name(f.FieldType)} {f.Name}"));
            }
        }
        return lines.Order(StringComparer.Ordinal);

        void Add(MethodBase? member, string line)
        {
            if (member is not null && (member.IsPublic || member.IsFamily || member.IsFamilyOrAssembly))
            {
                lines.Add(line);
            }
        }
    }

    /// <summary>An override changes nothing for a caller: the member it overrides is listed.</summary>
    private static bool Overrides(MethodInfo m) => m.GetBaseDefinition().DeclaringType != m.DeclaringType;

    private static string Generic(MethodInfo m) => m.IsGenericMethod ? $"<{string.Join(", ", m.GetGenericArguments().Select(a => a.Name))}>" : string.Empty;

    private static string Parameters(MethodBase m) =>
        (m.IsDefined(typeof(ExtensionAttribute)) ? "this " : string.Empty) + string.Join(", ", m.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo p)
    {
        var modifier = p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : string.Empty;
        return $"{modifier}{Name(p.ParameterType)} {p.Name}{Default(p)}";
    }

    private static string Default(ParameterInfo p)
    {
        if (!p.HasDefaultValue)
        {
            return string.Empty;
        }

        return " = " + p.DefaultValue switch
        {
            null => "null",
            bool b => b ? "true" : "false",
            string s => $"\"{s}\"",
            Enum e => Convert.ToInt64(e, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
            IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
            var other => other.ToString(),
        };
    }

    private static string Name(Type t)
    {
        if (t.IsByRef)
        {
            return Name(t.GetElementType()!);
        }

        if (t.IsArray)
        {
            return $"{Name(t.GetElementType()!)}[{new string(',', t.GetArrayRank() - 1)}]";
        }

        if (t.IsGenericParameter)
        {
            return t.Name;
        }

        if (Nullable.GetUnderlyingType(t) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        var full = t.IsNested ? Name(t.DeclaringType!.IsGenericType && t.IsGenericType ? t.DeclaringType : t.DeclaringType) + "." + Bare(t) : (t.Namespace == "System" || t.Namespace!.StartsWith("System.", StringComparison.Ordinal) ? Bare(t) : t.Namespace + "." + Bare(t));
        var own = t.IsGenericType ? t.GetGenericArguments().Skip(t.DeclaringType?.GetGenericArguments().Length ?? 0).ToArray() : [];
        return own.Length == 0 ? full : $"{full}<{string.Join(", ", own.Select(Name))}>";
    }

    private static string Bare(Type t) => t.Name.Contains('`', StringComparison.Ordinal) ? t.Name[..t.Name.IndexOf('`', StringComparison.Ordinal)] : t.Name;
}
