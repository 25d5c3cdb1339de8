using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text.Json;
using GymBridge.Client.Installation;
using GymBridge.Protocol;

namespace GymBridge.Client.Hosting;

/// <summary>A Python process that serves environments to this one, and dies with it.</summary>
/// <remarks>It is started as <c>python -m gymbridge host</c> on a Unix domain socket in a folder that only this user can
/// enter, or on a loopback port where there are none. Thread-safe.</remarks>
public sealed class PythonHost : IDisposable
{
    private const int MaxSocketPathBytes = 103; // macOS; Linux takes 107

    // Milliseconds: a million seconds.
    private const string LongestCall = "1000000000";

    // Either side removes it: a host that outlives us knows it by the name.
    private const string SocketFolderPrefix = "gymbridge-s-";

    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly string? _socketFolder;
    private readonly LineTail _tail = new();
    private readonly TaskCompletionSource<string?> _readyLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _readers;
    private int _isDisposed;

    private PythonHost(string interpreter, Process process, string? socketFolder)
    {
        Interpreter = interpreter;
        _process = process;
        _socketFolder = socketFolder;
        ProcessId = process.Id;
        _readers = Task.WhenAll(ReadOutputAsync(), DrainAsync(process.StandardError));
    }

    /// <summary>The Python that runs it.</summary>
    public string Interpreter { get; }

    /// <summary>The address at which the host listens.</summary>
    public ServerAddress Address { get; private set; } = null!;

    /// <summary>The id of the operating system process of the host.</summary>
    public int ProcessId { get; }

    /// <summary>Version of the package <c>gymbridge</c> in it.</summary>
    public string Version { get; private set; } = string.Empty;

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The last lines that it wrote, at most 20.</summary>
    public string LastOutput => _tail.ToString();

    /// <summary>Starts a host and waits until it listens.</summary>
    /// <exception cref="PythonNotFoundException">There is no Python to run it, or that Python lacks a package; the message has the command that mends it.</exception>
    /// <exception cref="PythonHostException">It ended, reported an error, or did not listen in time.</exception>
    public static PythonHost Start(PythonHostOptions? options = null)
    {
        options ??= new PythonHostOptions();
        var interpreter = InterpreterLocator.Find(options.Interpreter);
        var useTcp = options.UseTcp || OperatingSystem.IsWindows() || !Socket.OSSupportsUnixDomainSockets;
        var folder = useTcp ? null : CreateSocketFolder();
        Process process;
        try
        {
            process = Process.Start(StartInfo(interpreter, folder, options))!;
        }
        catch (Win32Exception exception)
        {
            DeleteFolder(folder);
            throw InterpreterLocator.CannotStart(interpreter, exception);
        }

        var host = new PythonHost(interpreter, process, folder);
        try
        {
            host.AwaitReady(options.StartTimeout);
            return host;
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Stops the process: politely by closing its input, after three seconds by force. Stopping twice is fine.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(StopTimeout))
            {
                _process.Kill(entireProcessTree: true);
                _process.WaitForExit(StopTimeout);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or Win32Exception)
        {
            // It ended by itself meanwhile.
        }

        // A child of the host may hold the pipes open: we do not wait for it.
        _readers.Wait(TimeSpan.FromMilliseconds(500));
        DeleteFolder(_socketFolder);
        GC.SuppressFinalize(this);
    }

    /// <summary>Waits a moment for the process to end.</summary>
    /// <returns>Whether it has.</returns>
    internal bool WaitForExit(TimeSpan timeout) => _process.WaitForExit(timeout);

    /// <summary>How the process ended, and what it wrote last; call it only after <see cref="HasExited"/>.</summary>
    internal string DescribeExit()
    {
        var tail = Tail();
        return $"Python host process {ProcessId} ended with {ExitStatus.Describe(_process.ExitCode)}."
            + (tail.Length == 0 ? " It wrote nothing to its error output." : tail);
    }

    private static ProcessStartInfo StartInfo(string interpreter, string? socketFolder, PythonHostOptions options)
    {
        List<string> arguments = ["-m", "gymbridge", "host", "--watch-stdin"];
        arguments.AddRange(socketFolder is null
            ? ["--host", "127.0.0.1", "--port", "0"]
            : ["--address", $"unix:{Path.Combine(socketFolder, "sock")}"]);

        // The one who uses it says with each call how long that may take.
        arguments.AddRange(["--call-timeout-ms", LongestCall, "--open-timeout-ms", LongestCall]);
        foreach (var module in options.Modules)
        {
            arguments.AddRange(["--allow-module", module]);
        }

        var start = new ProcessStartInfo(interpreter, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        start.Environment["PYTHONUNBUFFERED"] = "1";
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        return start;
    }

    private static string CreateSocketFolder()
    {
        // 0700 by contract of the method. A long TMPDIR does not leave room for a socket's name.
        string folder;
        try
        {
            folder = ScratchFolder.Create(SocketFolderPrefix, "the socket of a Python host").FullName;
        }
        catch (IOException exception)
        {
            throw new PythonHostException(exception.Message);
        }

        if (folder.Length + "/sock".Length <= MaxSocketPathBytes)
        {
            return folder;
        }

        DeleteFolder(folder);
        var name = $"/tmp/{SocketFolderPrefix}{Guid.NewGuid():N}";
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(name, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return name;
    }

    private static void DeleteFolder(string? folder)
    {
        try
        {
            if (folder is not null)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A leftover folder in the temporary directory harms nobody.
        }
    }

    private void AwaitReady(TimeSpan timeout)
    {
        if (!_readyLine.Task.Wait(timeout))
        {
            throw new PythonHostException(
                $"The Python host ('{Interpreter}', process {ProcessId}) did not listen within {timeout.TotalSeconds:0} s.{Tail()}");
        }

        if (_readyLine.Task.Result is not { } line)
        {
            _process.WaitForExit(StopTimeout);
            throw InterpreterLocator.MissingPackages(Interpreter) as GymBridgeException
                ?? new PythonHostException($"The Python host ('{Interpreter}') ended before it listened: {(_process.HasExited ? ExitStatus.Describe(_process.ExitCode) : "its output is closed")}.{Tail()}");
        }

        ReadReadyLine(line);
    }

    private void ReadReadyLine(string line)
    {
        try
        {
            using var message = JsonDocument.Parse(line);
            var root = message.RootElement;
            if (root.GetProperty("event").GetString() == "listening")
            {
                Address = ServerAddress.Parse(root.GetProperty("address").GetString()!);
                Version = root.TryGetProperty("version", out var version) ? version.ToString() : string.Empty;
                return;
            }

            var text = root.TryGetProperty("message", out var reason) ? reason.ToString() : line;
            throw InterpreterLocator.MissingPackages(Interpreter) as GymBridgeException
                ?? new PythonHostException($"The Python host ('{Interpreter}') cannot start: {text}{Tail()}");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new PythonHostException(
                $"The Python host ('{Interpreter}') wrote '{line}' where one JSON line was expected; does that Python have another version of gymbridge?{Tail()}");
        }
    }

    private string Tail()
    {
        // The pipes may still hold the last words.
        _readers.Wait(TimeSpan.FromMilliseconds(HasExited ? 500 : 0));
        return LastOutput is { Length: > 0 } tail ? $" The last lines of its error output:{Environment.NewLine}{tail}" : string.Empty;
    }

    private async Task ReadOutputAsync()
    {
        var output = _process.StandardOutput;
        _readyLine.TrySetResult(await FirstLineAsync(output).ConfigureAwait(false));
        await DrainAsync(output).ConfigureAwait(false);
    }

    private static async Task<string?> FirstLineAsync(StreamReader output)
    {
        try
        {
            return await output.ReadLineAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }
    }

    // In pieces and not by lines: an environment may print without end and without a line break.
    private async Task DrainAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        try
        {
            while (await reader.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var count)
            {
                _tail.Append(buffer.AsSpan(0, count));
            }
        }
        catch (IOException)
        {
            // The pipe broke: the process is gone.
        }
    }
}
