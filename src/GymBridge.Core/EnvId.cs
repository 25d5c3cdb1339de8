using System.Text.RegularExpressions;
using GymBridge.Errors;

namespace GymBridge;

/// <summary>An environment id: <c>[module:][namespace/]name[-vN]</c>.</summary>
/// <param name="Module">Python module that registers the environment; null for the C# registry.</param>
/// <param name="Namespace">Namespace; null for none.</param>
/// <param name="Name">Name without version.</param>
/// <param name="Version">Version; null for none.</param>
/// <remarks>Source of the pattern: <c>gymnasium/envs/registration.py</c>, ENV_ID_RE.</remarks>
public sealed partial record EnvId(string? Module, string? Namespace, string Name, int? Version)
{
    /// <summary>The id without module.</summary>
    public string Local => (Namespace is null ? string.Empty : Namespace + "/") + Name + (Version is null ? string.Empty : $"-v{Version}");

    /// <summary>Reads an id from its text form.</summary>
    /// <exception cref="EnvironmentNotFoundException">The text is not an id.</exception>
    public static EnvId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var module = colon < 0 ? null : text[..colon];
        var match = Pattern().Match(text[(colon + 1)..]);
        if (!match.Success || module is "" || (module is not null && !Modules().IsMatch(module))
            || (match.Groups["version"].Success && !int.TryParse(match.Groups["version"].Value, out _)))
        {
            throw new EnvironmentNotFoundException(
                $"Malformed environment id: '{text}'. Ids have the form [module:][namespace/]name[-vN], for example 'CartPole-v1' or 'gymnasium:CartPole-v1'.");
        }

        return new EnvId(
            module,
            match.Groups["namespace"].Success ? match.Groups["namespace"].Value : null,
            match.Groups["name"].Value,
            match.Groups["version"].Success ? int.Parse(match.Groups["version"].Value) : null);
    }

    /// <summary>The id as text.</summary>
    public override string ToString() => Module is null ? Local : $"{Module}:{Local}";

    [GeneratedRegex(@"^(?:(?<namespace>[\w:-]+)\/)?(?:(?<name>[\w:.-]+?))(?:-v(?<version>\d+))?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();

    [GeneratedRegex(@"^[^\W\d]\w*(\.[^\W\d]\w*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Modules();
}
