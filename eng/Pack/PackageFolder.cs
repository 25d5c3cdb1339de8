using System.Globalization;

namespace GymBridge.Pack;

/// <summary>Where the packages go.</summary>
internal sealed record PackageFolder(string Path)
{
    private static readonly string[] Patterns = ["*.nupkg", "*.snupkg", "*.whl"];

    private IEnumerable<string> Files => Patterns.SelectMany(pattern => Directory.EnumerateFiles(Path, pattern)).Order(StringComparer.Ordinal);

    /// <summary>The one package of an id.</summary>
    public string Single(string id) => Directory.EnumerateFiles(Path, $"{id}.*.nupkg").Single(file => char.IsAsciiDigit(System.IO.Path.GetFileName(file)[id.Length + 1]));

    /// <summary>Makes the folder, and removes packages of an earlier run from it, which may have had another version.</summary>
    public void Clear()
    {
        Directory.CreateDirectory(Path);
        foreach (var file in Files.ToList())
        {
            File.Delete(file);
        }
    }

    public void Print()
    {
        foreach (var file in Files)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{new FileInfo(file).Length / 1024.0,10:N0} kB  {file}"));
        }
    }
}
