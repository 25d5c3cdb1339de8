using System.Text.Json.Nodes;
using GymBridge.Cli.Errors;

namespace GymBridge.Cli.Tests;

/// <summary>What the loader throws in the middle of a run is one line that says what to do.</summary>
public class ErrorReportTests
{
    [Fact]
    public void Write_MemberThatTheEngineLacks_NamesItAndTheOtherEngine()
    {
        var text = Write(new MissingMethodException("Method not found: 'Tensor TorchSharp.torch+fft.rfft(Tensor)'."));
        Assert.StartsWith("error: The tensor engine 'managed' lacks what this needs (Method not found: 'Tensor TorchSharp.torch+fft.rfft(Tensor)'.).", text, StringComparison.Ordinal);
        Assert.Contains("--engine libtorch", text, StringComparison.Ordinal);
        Assert.Contains("gymbridge torch check", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(TypeLoadException))]
    [InlineData(typeof(MissingFieldException))]
    public void Write_TypeOrFieldThatTheEngineLacks_NamesTheOtherEngine(Type type) =>
        Assert.Contains("--engine libtorch", Write((Exception)Activator.CreateInstance(type, "Could not load 'X' from assembly 'TorchSharp'.")!), StringComparison.Ordinal);

    [Fact]
    public void Write_MemberOfAnotherLibrary_SaysThatVersionsDiffer() =>
        Assert.Contains("Libraries of different versions", Write(new MissingMethodException("Method not found: 'Void GymBridge.Env.Old()'.")), StringComparison.Ordinal);

    [Fact]
    public void Write_NativeLibraryThatCannotBeLoaded_PointsAtTheDoctor() =>
        Assert.Contains("gymbridge doctor", Write(new DllNotFoundException("Unable to load shared library 'LibTorchSharp'.")), StringComparison.Ordinal);

    [Theory]
    [InlineData("Too many open files", "error: Too many open files. This process may not open more; raise its limit (ulimit -n 4096)")]
    [InlineData("No space left on device : '/runs/a'", "error: No space left on device: '/runs/a'. Free some")]
    [InlineData("Read-only file system : '/runs/a'", "error: Read-only file system: '/runs/a'. Write elsewhere")]
    [InlineData("Is a directory : '/runs/a'", "error: Is a directory: '/runs/a'")]
    public void Write_WhatTheSystemRefuses_SaysWhatHelps(string message, string expected) =>
        Assert.StartsWith(expected, Write(new IOException(message)), StringComparison.Ordinal);

    [Fact]
    public void Write_FileThatMayNotGrow_NamesTheLimit() =>
        Assert.Contains("ulimit -f", Write(new ArgumentOutOfRangeException("value", "Specified file length was too large for the file system.")), StringComparison.Ordinal);

    [Fact]
    public void Write_PythonExceptionWithoutAText_IsItsClassAlone()
    {
        var exception = new InvalidOperationException(string.Empty);
        exception.Data["python_class"] = "KeyboardInterrupt";
        Assert.Equal("error: KeyboardInterrupt", Write(exception).TrimEnd());
    }

    [Theory]
    [InlineData("/home/u/gymbridge/mine.py", true)] // a clone, in which users have files of their own
    [InlineData("/home/u/.local/share/gymbridge/venv/lib/python3.11/site-packages/robots/arm.py", true)] // the virtual environment's folder
    [InlineData("/home/u/.local/share/gymbridge/venv/lib/python3.11/site-packages/gymbridge/_host/lanes.py", false)]
    [InlineData("/home/u/clone/python/src/gymbridge/_host/lanes.py", false)]
    [InlineData("/usr/lib/python3.11/importlib/__init__.py", false)]
    [InlineData("<frozen importlib._bootstrap>", false)]
    public void UserFrame_OfAPythonFile_IsToldUnlessItIsOursOrTheInterpreters(string file, bool isTold)
    {
        var frame = $"  File \"{file}\", line 3, in step";
        Assert.Equal(isTold ? frame : null, UserFrame.Remote($"Traceback (most recent call last):\n{frame}\n"));
    }

    [Fact]
    public void UserFrame_OfALibraryThatCalledUs_IsNotTold() => Assert.Null(UserFrame.Remote("""
        Traceback (most recent call last):
          File "/venv/lib/python3.11/site-packages/gymnasium/envs/registration.py", line 738, in make
            env = env_creator(**env_spec_kwargs)
          File "/clone/python/src/gymbridge/atari.py", line 140, in make
            raise ValueError(text)
        """));

    [Fact]
    public void UserFrame_AssembliesOfTheCommand_AreNotTheUsersOwn()
    {
        var targets = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "gymbridge.deps.json")))!["targets"]!.AsObject();
        var assemblies = targets.SelectMany(target => target.Value!.AsObject())
            .SelectMany(library => library.Value!["runtime"]?.AsObject().Select(file => Path.GetFileNameWithoutExtension(file.Key)) ?? []).ToList();
        Assert.Contains("SkiaSharp", assemblies);
        Assert.All(assemblies, assembly => Assert.False(UserFrame.IsUsers(assembly), assembly));
        Assert.True(UserFrame.IsUsers("MySimulator"));
    }

    private static string Write(Exception exception)
    {
        using var error = new StringWriter();
        Assert.Equal(1, ErrorReport.Write(error, exception, withTrace: false));
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
        return error.ToString();
    }
}
