using System.Text;
using System.Text.RegularExpressions;
using GymBridge.Protocol.Errors;
using Wire = GymBridge.Protocol.V1;

namespace GymBridge.Server.Sessions;

/// <summary>Parameters that name files of this machine are for its own user: an environment opens what it is told to.</summary>
internal static partial class PathRule
{
    /// <summary>Refuses a value with a path that leads out of an environment's own folder.</summary>
    /// <param name="value">A parameter, or all.</param>
    /// <param name="name">What it is called in an error.</param>
    /// <exception cref="CallRefusedException">There is such a path.</exception>
    public static void Check(Wire.Value value, string name)
    {
        switch (value.KindCase)
        {
            case Wire.Value.KindOneofCase.Text:
                CheckText(value.Text, name);
                break;
            case Wire.Value.KindOneofCase.Blob:
                CheckText(Encoding.Latin1.GetString(value.Blob.Span), name);
                break;
            case Wire.Value.KindOneofCase.List:
                CheckAll(value.List.Items, name);
                break;
            case Wire.Value.KindOneofCase.Tuple:
                CheckAll(value.Tuple.Items, name);
                break;
            case Wire.Value.KindOneofCase.Set:
                CheckAll(value.Set.Items, name);
                break;
            case Wire.Value.KindOneofCase.Frozenset:
                CheckAll(value.Frozenset.Items, name);
                break;
            case Wire.Value.KindOneofCase.ObjectArray:
                CheckAll(value.ObjectArray.Items, name);
                break;
            case Wire.Value.KindOneofCase.Dict:
                CheckAll(value.Dict.Keys, $"{name}: a key");
                for (var i = 0; i < value.Dict.Values.Count; i++)
                {
                    var key = i < value.Dict.Keys.Count && value.Dict.Keys[i].HasText ? value.Dict.Keys[i].Text : "...";
                    Check(value.Dict.Values[i], $"{name}['{key}']");
                }

                break;
        }
    }

    private static void CheckAll(IEnumerable<Wire.Value> values, string name)
    {
        foreach (var value in values)
        {
            Check(value, name);
        }
    }

    private static void CheckText(string text, string name)
    {
        if (PathText().IsMatch(text))
        {
            throw new CallRefusedException(
                ErrorReasons.BadRequest,
                $"{name}: '{text[..Math.Min(text.Length, 200)]}' is a path, and only clients of the server's own user may name its files (DetailedErrors = true lets all).",
                ("field", "kwargs"));
        }
    }

    [GeneratedRegex(@"^\s*([/\\~]|[a-z]:[/\\]|file:)|^(.*[/\\])?\s*\.\.\s*([/\\].*)?$", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PathText();
}
