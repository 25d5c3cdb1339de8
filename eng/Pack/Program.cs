// Makes everything that is published, into artifacts/packages:
//     dotnet run --project eng/Pack -c Release
// The NuGet packages with their symbols, the tool, the templates, and the Python wheel with the server inside.
using System.CommandLine;
using GymBridge;
using GymBridge.Pack;
using GymBridge.Testing;

var output = new Option<string>("--output", "-o")
{
    Description = "Folder for the packages.",
    DefaultValueFactory = _ => RepositoryRoot.Combine("artifacts/packages"),
};
var noBuild = new Option<bool>("--no-build") { Description = "Pack what the last Release build made." };
var noWheel = new Option<bool>("--no-wheel") { Description = "Leave out the Python wheel, which needs Python." };
var root = new RootCommand("Makes the NuGet packages, the tool, the templates and the Python wheel of GymBridge.") { output, noBuild, noWheel };
root.SetAction(async (parsed, cancellation) =>
{
    var packages = new PackageFolder(Path.GetFullPath(parsed.GetValue(output)!));
    packages.Clear();
    try
    {
        var isFine = await NuGetPackages.PackAsync(packages, parsed.GetValue(noBuild), cancellation)
            && (parsed.GetValue(noWheel) || await PythonWheel.BuildAsync(packages, cancellation));
        packages.Print();
        return isFine ? 0 : 1;
    }
    catch (GymBridgeException exception)
    {
        packages.Print();
        await Console.Error.WriteLineAsync($"error: {exception.Message}{Environment.NewLine}The NuGet packages are made; --no-wheel leaves out the Python wheel.");
        return 1;
    }
});
return await root.Parse(args).InvokeAsync();
