using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace GymBridge.PythonNet;

/// <summary>The library of an interpreter.</summary>
/// <param name="Program">The interpreter, as Python itself names it.</param>
/// <param name="Library">Its shared library.</param>
internal sealed record PythonLibrary(string Program, string Library)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // A virtual environment has no library: it is that of its base. Conda and Windows keep it where the layout says.
    private const string Question = """
        import json, os, sys, sysconfig
        get = sysconfig.get_config_var
        version = "%d.%d" % sys.version_info[:2]
        names = [get("INSTSONAME"), get("LDLIBRARY"), "libpython%s.so.1.0" % version, "libpython%s.dylib" % version, "python%d%d.dll" % sys.version_info[:2]]
        folders = [get("LIBDIR"), os.path.join(get("LIBDIR") or "", get("MULTIARCH") or ""), get("PYTHONFRAMEWORKPREFIX"), os.path.join(sys.base_prefix, "lib"), sys.base_prefix]
        paths = [os.path.join(folder, name) for folder in folders if folder for name in names if name and not name.endswith(".a")]
        print(json.dumps({"program": sys.executable, "base": sys.base_prefix, "version": version, "shared": bool(get("Py_ENABLE_SHARED")), "library": next((path for path in paths if os.path.isfile(path)), None)}))
        """;

    /// <summary>Asks an interpreter for its library.</summary>
    /// <exception cref="PythonEmbeddingException">It has none, or does not run; the message says where to get one.</exception>
    public static PythonLibrary Find(string interpreter)
    {
        var answer = Ask(interpreter);
        return answer.Library is { } library ? new PythonLibrary(answer.Program, library) : throw new PythonEmbeddingException(
            $"Python {answer.Version} ('{interpreter}', of '{answer.Base}') has no shared library, without which it cannot be embedded. {Remedy(answer)} Or leave transport 'inproc' out: a Python host in a process of its own needs none, and is about as quick.");
    }

    private static string Remedy(Answer answer) => answer.IsShared
        ? $"Debian and Ubuntu have it in a package: sudo apt install libpython{answer.Version}."
        : $"It was built without: build it with --enable-shared (pyenv: PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install {answer.Version}).";

    private static Answer Ask(string interpreter)
    {
        string problem;
        try
        {
            var (exitCode, output) = ProcessRunner.RunAsync(interpreter, ["-I", "-c", Question], Patience).GetAwaiter().GetResult();
            if (exitCode == 0)
            {
                return JsonSerializer.Deserialize<Answer>(output.Split('\n')[^1])!;
            }

            problem = $"it ended with exit code {exitCode}: {output}";
        }
        catch (Exception exception) when (exception is Win32Exception or TimeoutException or JsonException)
        {
            problem = exception.Message;
        }

        throw new PythonEmbeddingException($"Python '{interpreter}' does not say where its library is: {problem}");
    }

    private sealed record Answer(
        [property: JsonPropertyName("program")] string Program,
        [property: JsonPropertyName("base")] string Base,
        [property: JsonPropertyName("version")] string Version,
        [property: JsonPropertyName("shared")] bool IsShared,
        [property: JsonPropertyName("library")] string? Library);
}
