namespace GymBridge.Torch.Managed.Tests;

/// <summary>The test assembly started by hand: a process of its own for what depends on the runtime's settings.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is ["digest", var threads])
        {
            Console.WriteLine(DeterminismProgram.Run(int.Parse(threads, System.Globalization.CultureInfo.InvariantCulture)));
            return 0;
        }
        if (args is ["signatures", var path])
        {
            foreach (var line in Surface.SignatureDump.Of(System.Reflection.Assembly.LoadFrom(path)))
            {
                Console.WriteLine(line);
            }
            return 0;
        }
        Console.Error.WriteLine("Run the tests with 'dotnet test'. Arguments: digest THREADS | signatures DLL.");
        return 2;
    }
}
