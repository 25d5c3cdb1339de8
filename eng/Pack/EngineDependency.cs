using System.IO.Compression;
using System.Xml.Linq;

namespace GymBridge.Pack;

/// <summary>The dependency of GymBridge.Agents on the managed engine, which only the package has.</summary>
/// <remarks>In the repository the engine lies in a folder beside each program, where it is chosen at run time; a project reference would
/// put it among the program's own assemblies, where nothing can be chosen any more. In a user's application the package graph chooses:
/// a TorchSharp of its own has the higher file version and wins.</remarks>
internal static class EngineDependency
{
    private const string Agents = "GymBridge.Agents";
    private const string Engine = "GymBridge.Torch.Managed";

    /// <summary>Writes it into the package.</summary>
    public static void AddTo(PackageFolder packages)
    {
        using var package = ZipFile.Open(packages.Single(Agents), ZipArchiveMode.Update);
        var entry = package.GetEntry($"{Agents}.nuspec")!;
        XDocument nuspec;
        using (var read = entry.Open())
        {
            nuspec = XDocument.Load(read);
        }

        var xml = nuspec.Root!.Name.Namespace;
        var version = nuspec.Descendants(xml + "version").First().Value;
        foreach (var group in nuspec.Descendants(xml + "group").Where(group => group.Elements().All(dependency => dependency.Attribute("id")?.Value != Engine)))
        {
            // Compiled against is TorchSharp itself.
            group.Add(new XElement(xml + "dependency", new XAttribute("id", Engine), new XAttribute("version", version), new XAttribute("exclude", "Compile,Build,Analyzers")));
        }

        using var write = entry.Open();
        write.SetLength(0);
        nuspec.Save(write);
    }
}
