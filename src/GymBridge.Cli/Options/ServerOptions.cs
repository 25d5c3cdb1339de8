using System.CommandLine;
using System.Globalization;
using GymBridge.Cli.Errors;
using GymBridge.Client;
using GymBridge.Client.Transports;
using GymBridge.Protocol;

namespace GymBridge.Cli.Options;

/// <summary>Options of the verbs that can use a server that runs already: where it is, and what is shown to it.</summary>
internal static class ServerOptions
{
    private const double MostSeconds = 1e6;

    private static readonly Option<string?> Roots = FileOption(
        "--tls-ca", "PEM file with the roots that the server's certificate must lead to; also GYMBRIDGE_TLS_CA.");

    private static readonly Option<string?> Certificate = FileOption(
        "--tls-cert", "PEM file with the certificate that is shown to the server; also GYMBRIDGE_TLS_CERT.");

    private static readonly Option<string?> Key = FileOption(
        "--tls-key", "PEM file with its key, if it is another one; also GYMBRIDGE_TLS_KEY.");

    private static readonly Option<string?> Way = new("--transport")
    {
        Description = "How steps travel: shm (shared memory, on one machine), grpc, inproc (a Python environment in this process), or auto; also GYMBRIDGE_TRANSPORT.",
        HelpName = "TRANSPORT",
    };

    private static readonly Option<double?> CallTimeout = new("--call-timeout")
    {
        Description = "Seconds that one step or reset of a remote or Python environment may take; 60 by default.",
        HelpName = "SECONDS",
    };

    private static readonly Option<double?> OpenTimeout = new("--open-timeout")
    {
        Description = "Seconds that making a remote or Python environment may take; 120 by default.",
        HelpName = "SECONDS",
    };

    public static Option<ServerAddress?> Address { get; } = AddressOption.Create(
        "A server that runs already, host:port, https://host:port or unix:/path; environments are made there.");

    /// <summary>Adds the address, and what is shown there.</summary>
    public static void AddTo(Command command)
    {
        OptionGroup.Add(command, "A server, or the Python host", Address, Way, CallTimeout, OpenTimeout, Roots, Certificate, Key);
        AddCheckTo(command);
    }

    /// <summary>Adds what is shown to a server, where the address stands elsewhere.</summary>
    public static void AddCredentialsTo(Command command)
    {
        OptionGroup.Add(command, "What is shown to the server", Roots, Certificate, Key);
        AddCheckTo(command);
    }

    /// <summary>Refuses what is said about a way to a server where none is gone.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isHosted">Whether an environment is hosted by a process of Python without an address.</param>
    /// <param name="ids">The environments.</param>
    /// <exception cref="UsageException">Something was given that would have no effect.</exception>
    public static void CheckUsed(ParseResult parsed, bool isHosted, IReadOnlyList<string> ids)
    {
        if (parsed.GetValue(Address) is not null)
        {
            return;
        }

        Option[] options = isHosted ? [Roots, Certificate, Key] : [Way, CallTimeout, OpenTimeout, Roots, Certificate, Key];
        if (options.FirstOrDefault(parsed.IsGiven) is { } given)
        {
            var made = ids.Count == 0 ? "the environments are" : string.Join(" and ", ids.Select(id => $"'{id}'")) + (ids.Count == 1 ? " is" : " are");
            throw new UsageException($"{given.Name} says how a server is reached, and {made} made without one; leave it out, or name a server with --address.");
        }
    }

    /// <summary>The options of a client, with what the command line says to show.</summary>
    public static ClientOptions Read(ParseResult parsed) => new()
    {
        TlsRootCertificates = parsed.GetValue(Roots),
        TlsCertificate = parsed.GetValue(Certificate),
        TlsKey = parsed.GetValue(Key),
        CallTimeout = Seconds(parsed, CallTimeout) ?? ClientOptions.Default.CallTimeout,
        OpenTimeout = Seconds(parsed, OpenTimeout) ?? ClientOptions.Default.OpenTimeout,
        Transport = parsed.GetValue(Way) switch
        {
            null => null,
            var name => TransportNames.Find(name) switch
            {
                null => throw new UsageException(TransportNames.Wrong(Way.Name, name)),
                Transport.InProcess when parsed.GetValue(Address) is not null =>
                    throw new UsageException("--transport inproc runs Python environments in this process, and --address names another one; leave one out."),
                var transport => transport,
            },
        },
    };

    private static TimeSpan? Seconds(ParseResult parsed, Option<double?> option) => parsed.GetValue(option) switch
    {
        null => null,
        > 0 and < MostSeconds and double seconds => TimeSpan.FromSeconds(seconds),
        var other => throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is a positive number of seconds, below {MostSeconds}, got {other}.")),
    };

    private static void AddCheckTo(Command command) => command.Validators.Add(result =>
    {
        if (result.GetValue(Key) is not null && result.GetValue(Certificate) is null)
        {
            result.AddError("--tls-key is the key of a certificate; name that with --tls-cert.");
        }
    });

    private static Option<string?> FileOption(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
