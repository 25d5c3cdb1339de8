using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using GymBridge.Client;
using GymBridge.Client.Installation;
using GymBridge.Protocol.SharedMemory;
using GymBridge.Torch;

namespace GymBridge.Cli.Diagnosis;

/// <summary>What is installed on this machine: runtime, Python and its packages, tensor engines.</summary>
internal static class InstallationCheck
{
    public static IEnumerable<Finding> Run(CancellationToken cancellation)
    {
        yield return new Finding("gymbridge", Mark.Ok, typeof(InstallationCheck).Assembly.GetName().Version!.ToString(3));
        yield return new Finding(".NET", Mark.Ok, $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}{Vectors()}");
        yield return Way();
        foreach (var engine in Enum.GetValues<EngineKind>())
        {
            yield return Engine(engine);
        }

        foreach (var finding in Python(cancellation))
        {
            yield return finding;
        }
    }

    private static Finding Way()
    {
        const string Name = "transport";
        try
        {
            return ClientOptions.Default.EffectiveTransport switch
            {
                Transport.InProcess => new Finding(Name, Mark.Ok, "Python environments run in this process: GYMBRIDGE_TRANSPORT"),
                Transport.Grpc => new Finding(Name, Mark.Ok, "steps travel over gRPC: GYMBRIDGE_TRANSPORT"),
                var asked when Machine.Obstacle is { } obstacle => new Finding(
                    Name, asked == Transport.SharedMemory ? Mark.Broken : Mark.Absent, $"steps travel over gRPC: {obstacle}"),
                _ => new Finding(Name, Mark.Ok, $"steps travel through shared memory, to servers and hosts of this user on this machine (bell: {Machine.NameOf(Machine.Bells)})"),
            };
        }
        catch (GymBridgeException exception)
        {
            return new Finding(Name, Mark.Broken, exception.Message);
        }
    }

    private static string Vectors() => Avx512F.IsSupported ? ", AVX-512" : Avx2.IsSupported ? ", AVX2" : string.Empty;

    private static Finding Engine(EngineKind engine)
    {
        var name = $"engine {TorchEngine.NameOf(engine)}";
        try
        {
            return new Finding(name, Mark.Ok, $"{TorchEngine.FolderOf(engine)}{(TorchEngine.Chosen == engine ? " (chosen)" : string.Empty)}");
        }
        catch (GymBridgeException exception)
        {
            return new Finding(name, engine == EngineKind.Managed ? Mark.Broken : Mark.Absent, exception.Message);
        }
    }

    private static IEnumerable<Finding> Python(CancellationToken cancellation)
    {
        PythonReport report;
        Finding? problem = null;
        try
        {
            report = PythonReport.Create(cancellation);
        }
        catch (PythonNotFoundException exception)
        {
            // C# environments and agents need none.
            problem = new Finding("Python", Mark.Absent, exception.Message);
            report = null!;
        }

        if (problem is not null)
        {
            yield return problem;
            yield break;
        }

        yield return new Finding("Python", Mark.Ok, $"{report.Version} at {report.Interpreter}");
        foreach (var (package, version) in report.Packages)
        {
            yield return version is not null ? new Finding($"  {package}", Mark.Ok, version)
                : PythonReport.Required.Contains(package) ? new Finding($"  {package}", Mark.Broken, "not installed; run: gymbridge python install")
                : new Finding($"  {package}", Mark.Absent, "not installed");
        }
    }
}
