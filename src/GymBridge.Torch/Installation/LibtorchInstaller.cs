using System.ComponentModel;
using System.Runtime.InteropServices;
using GymBridge.Shared;

namespace GymBridge.Torch.Installation;

/// <summary>Fetches TorchSharp and libtorch for <c>--engine libtorch</c> into a folder of the user's cache.</summary>
/// <remarks>
/// The .NET SDK restores and publishes a program of a few lines whose packages are locked to their hashes; the program then multiplies two
/// matrices with what it got. A folder takes its place only when that came out right. Runs at the same time wait for one another.
/// </remarks>
public static class LibtorchInstaller
{
    private const int LoaderRefused = 3;

    private static readonly TimeSpan FetchLimit = TimeSpan.FromHours(1);
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMinutes(5);

    // Bindings for Python, and upstream's own tests: a tenth of the size, needed by nobody here.
    private static readonly string[] DeadWeight =
        ["libtorch_python.so", "libtorchbind_test.so", "libjitbackend_test.so", "libbackend_with_compiler.so", "libaoti_custom_ops.so", "torch_python.dll", "libtorch_python.dylib"];

    /// <summary>Installs, unless it is there already.</summary>
    /// <exception cref="TorchEngineException">It cannot be had, or does not work here; the message says why and what to do.</exception>
    public static async Task<LibtorchInstallation> InstallAsync(LibtorchInstallOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new LibtorchInstallOptions();
        var runtime = RuntimeFor(options.Device);
        var folder = EngineFolders.Libtorch(options.Device);
        if (!options.Force && LibtorchInstallation.Read(folder) is { } before)
        {
            return before with { WasUpToDate = true };
        }

        var parent = Path.GetDirectoryName(folder)!;
        CreateFolder(parent);
        await using var held = await FileLock.AcquireAsync(
            Path.Combine(parent, ".lock"), () => options.Progress?.Invoke($"Waiting for another installation into '{parent}'."), cancellationToken).ConfigureAwait(false);
        if (!options.Force && LibtorchInstallation.Read(folder) is { } meanwhile)
        {
            return meanwhile with { WasUpToDate = true };
        }

        var work = Path.Combine(parent, ".installing");
        Delete(work);
        try
        {
            var published = await FetchAsync(work, options, runtime, cancellationToken).ConfigureAwait(false);
            var installation = await TryOutAsync(published, folder, options, cancellationToken).ConfigureAwait(false);
            installation.Write(published);
            Delete(folder);
            Directory.Move(published, folder);
            return installation;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TorchEngineException($"libtorch cannot be installed into '{folder}': {exception.Message} Set {EngineFolders.HomeVariable} to a folder with 2 GB to spare.", exception);
        }
        finally
        {
            Delete(work);
        }
    }

    private static string RuntimeFor(string device)
    {
        var system = OperatingSystem.IsLinux() ? "linux" : OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : RuntimeInformation.OSDescription;
        var runtime = $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        string[] known = device switch
        {
            "cpu" => ["linux-x64", "win-x64", "win-arm64", "osx-arm64"],
            "cuda" => ["linux-x64", "win-x64"],
            _ => throw new TorchEngineException($"'{device}' is no device to install libtorch for; choose cpu or cuda."),
        };
        return known.Contains(runtime)
            ? runtime
            : throw new TorchEngineException($"There is no libtorch {LibtorchVersions.Libtorch} for {device} on {runtime}, only on {string.Join(", ", known)}; use --engine managed.");
    }

    private static async Task<string> FetchAsync(string work, LibtorchInstallOptions options, string runtime, CancellationToken cancellationToken)
    {
        options.Progress?.Invoke($"Fetching libtorch {LibtorchVersions.Libtorch} for {options.Device} on {runtime} with the .NET SDK ({(options.Device == "cpu" ? "130 MB" : "3 GB")} to download, unless your package cache has it).");
        Directory.CreateDirectory(work);
        var isLocked = ProbeFiles.Write(work, $"packages.{options.Device}-{runtime}.lock.json");
        var published = Path.Combine(work, "published");
        string[] arguments =
        [
            "publish", ProbeFiles.ProjectIn(work), "--configuration", "Release", "--output", published, "--nologo", "-nodeReuse:false",
            $"-p:ProbeRuntime={runtime}", $"-p:ProbeDevice={options.Device}", $"-p:ProbeTorchSharp={LibtorchVersions.TorchSharp}",
            $"-p:ProbeLibtorch={LibtorchVersions.Libtorch}", $"-p:ProbeLocked={(isLocked ? "true" : "false")}", $"-p:ProbeFallback={UsersPackages() ?? string.Empty}",
        ];
        var result = await RunDotnetAsync(arguments, FetchLimit, cancellationToken).ConfigureAwait(false);
        return result.ExitCode == 0 ? published : throw new TorchEngineException(
            $"libtorch {LibtorchVersions.Libtorch} for {options.Device} cannot be fetched: the package source does not have it or cannot be reached ('dotnet nuget list source' shows yours). "
            + $"Until then use --engine managed. The SDK said: {ProbeFiles.FirstErrors(result.Output)}");
    }

    private static async Task<LibtorchInstallation> TryOutAsync(
        string published, string folder, LibtorchInstallOptions options, CancellationToken cancellationToken)
    {
        foreach (var file in DeadWeight)
        {
            File.Delete(Path.Combine(published, file));
        }

        options.Progress?.Invoke("Trying it out in a process of its own.");
        var weak = default(string);
        var result = await ProbeAsync().ConfigureAwait(false);
        if (result.ExitCode == LoaderRefused && OldRuntime.MissingVersion(result.Output) is { } version)
        {
            OldRuntime.MakeWeak(Path.Combine(published, OldRuntime.Library), version);
            options.Progress?.Invoke(
                $"This system's C++ runtime is older than {version}. No symbol of that version is used, so the requirement is made weak in this copy of {OldRuntime.Library} (one byte); nothing else is touched.");
            weak = version;
            result = await ProbeAsync().ConfigureAwait(false);
        }

        return result.ExitCode == 0 && result.Output.Split(' ') is ["ok", var libtorch, ..]
            ? new LibtorchInstallation(
                folder, options.Device, string.Join('.', libtorch.Split('.').Take(3)), LibtorchVersions.TorchSharp, Size(published), weak)
            : throw new TorchEngineException(
                $"libtorch was fetched but does not work here (exit code {result.ExitCode}), so it was removed again. Use --engine managed. It said: {ProbeFiles.FirstErrors(result.Output)}");

        Task<ProcessRunner.Result> ProbeAsync() => RunDotnetAsync(
            [Path.Combine(published, ProbeFiles.Assembly), options.Device], ProbeLimit, cancellationToken);
    }

    private static async Task<ProcessRunner.Result> RunDotnetAsync(IEnumerable<string> arguments, TimeSpan limit, CancellationToken cancellationToken)
    {
        // What this process was started with is for this process: a build must not inherit it.
        var environment = new Dictionary<string, string?> { ["DOTNET_STARTUP_HOOKS"] = null, ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_CLI_UI_LANGUAGE"] = "en", ["DOTNET_NOLOGO"] = "1" };
        try
        {
            return await ProcessRunner.RunAsync("dotnet", arguments, limit, environment, cancellationToken).ConfigureAwait(false);
        }
        catch (Win32Exception exception)
        {
            throw new TorchEngineException($"libtorch is fetched with the .NET 10 SDK, but 'dotnet' cannot be started ({exception.Message}). Install it from https://dotnet.microsoft.com/download, or use --engine managed.", exception);
        }
        catch (TimeoutException exception)
        {
            throw new TorchEngineException($"libtorch cannot be installed: {exception.Message}", exception);
        }
    }

    private static string? UsersPackages()
    {
        var folder = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return Directory.Exists(folder) ? folder : null;
    }

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new TorchEngineException($"The folder '{folder}' cannot be made: {exception.Message} Set {EngineFolders.HomeVariable} to one that can be written.", exception);
        }
    }

    private static long Size(string folder) => new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
