namespace GymBridge.Tests.RunAll;

/// <summary>Facts about the checkout and the machine.</summary>
internal static class Repository
{
    public static bool IsContinuousIntegration => Environment.GetEnvironmentVariable("CI") is "true" or "1";

    public static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "GymBridge.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"GymBridge.sln is in no folder above '{AppContext.BaseDirectory}'; run this from a checkout.");
    }
}
