namespace GymBridge.Packaging.Tests.Support;

/// <summary>The packages, made once for all tests of this project, and a machine on which nothing else of GymBridge is.</summary>
public sealed class PackagesFixture : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task> _templates;
    private readonly Lazy<Task<string>> _wheelPython;

    public PackagesFixture()
    {
        _templates = new(() => Machine.RunAsync(Machine.EmptyFolder("templates"), "dotnet", "new", "install", PathOf("GymBridge.Templates")));
        _wheelPython = new(InstallWheelAsync);
    }

    /// <summary>The folder in which <c>artifacts/packages</c> is, and no checkout.</summary>
    internal string Root => _folder.FullName;

    /// <summary>Where the packages are.</summary>
    internal string Packages => _folder.Combine("artifacts/packages");

    /// <summary>A user's machine: no checkout above its folders, and caches of its own.</summary>
    internal Machine Machine { get; private set; } = null!;

    /// <summary>The installation of the templates, once.</summary>
    internal Task Templates => _templates.Value;

    /// <summary>The interpreter of a virtual environment with the wheel in it, made once.</summary>
    internal Task<string> WheelPython => _wheelPython.Value;

    /// <summary>The files with an extension, by name.</summary>
    internal IReadOnlyList<string> Files(string extension) =>
        [.. Directory.EnumerateFiles(Packages, "*" + extension).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    /// <summary>The one package of an id.</summary>
    internal string PathOf(string id) => Path.Combine(Packages, $"{id}.{ProductVersion.CSharp}.nupkg");

    public async Task InitializeAsync()
    {
        var pack = Path.Combine(RepositoryRoot.Path, "eng", "Pack", "bin", BuildConfiguration.Name, "net10.0", "Pack.dll");
        List<string> options = ["--output", Packages];
        if (BuildConfiguration.Name == "Release")
        {
            options.Add("--no-build");
        }

        if (PythonSetup.SkipReason is not null)
        {
            options.Add("--no-wheel");
        }

        await Command.RunAsync(RepositoryRoot.Path, new Dictionary<string, string?>(), "dotnet", [pack, .. options]);
        Machine = await NewUserAsync("user");
    }

    /// <summary>A user of the machine, with a home that is empty.</summary>
    internal Task<Machine> NewUserAsync(string name, bool knowsPackages = true) => Machine.CreateAsync(_folder.FullName, name, knowsPackages ? Packages : null);

    private async Task<string> InstallWheelAsync()
    {
        var folder = Machine.EmptyFolder("wheel-environment");
        var python = await Machine.NewVirtualEnvironmentAsync(folder);
        await Machine.RunAsync(folder, python, "-m", "pip", "install", "--quiet", "gymbridge");
        return python;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _folder.Dispose();
}

[CollectionDefinition(Name)]
public sealed class PackagesGroup : ICollectionFixture<PackagesFixture>
{
    public const string Name = "packages";
}
