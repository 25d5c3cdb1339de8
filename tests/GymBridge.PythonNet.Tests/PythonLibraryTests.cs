namespace GymBridge.PythonNet.Tests;

/// <summary>What is said where a Python has no library; interpreters that only answer.</summary>
public class PythonLibraryTests
{
    private const string Answer = """{"program": "/venv/bin/python", "base": "/usr", "version": "3.11", "shared": SHARED, "library": LIBRARY}""";

    [PosixFact]
    public void Find_WithALibrary_GivesIt()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(new PythonLibrary("/venv/bin/python", "/usr/lib/libpython3.11.so.1.0"), PythonLibrary.Find(Python(folder, "true", "\"/usr/lib/libpython3.11.so.1.0\"")));
    }

    [PosixFact]
    public void Find_WhereDebianHasLeftItOut_NamesThePackage()
    {
        using var folder = new TemporaryFolder();
        var exception = Assert.Throws<PythonEmbeddingException>(() => PythonLibrary.Find(Python(folder, "true", "null")));
        Assert.Contains("sudo apt install libpython3.11", exception.Message, StringComparison.Ordinal);
        Assert.Contains("leave transport 'inproc' out", exception.Message, StringComparison.Ordinal);
    }

    [PosixFact]
    public void Find_WhereItWasBuiltWithout_NamesTheOption()
    {
        using var folder = new TemporaryFolder();
        var exception = Assert.Throws<PythonEmbeddingException>(() => PythonLibrary.Find(Python(folder, "false", "null")));
        Assert.Contains("PYTHON_CONFIGURE_OPTS=--enable-shared pyenv install 3.11", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_OfNoPython_SaysSo() =>
        Assert.Contains("/nowhere/python", Assert.Throws<PythonEmbeddingException>(() => PythonLibrary.Find("/nowhere/python")).Message, StringComparison.Ordinal);

    private static string Python(TemporaryFolder folder, string shared, string library) => folder.Script(
        "python", $"echo '{Answer.Replace("SHARED", shared, StringComparison.Ordinal).Replace("LIBRARY", library, StringComparison.Ordinal)}'");

    /// <summary>A test whose interpreter is a shell script.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class PosixFactAttribute : FactAttribute
    {
        public PosixFactAttribute() => Skip = OperatingSystem.IsWindows() ? "a shell script stands for Python" : null;
    }
}
