using System.Text;
using System.Text.Json;
using GymBridge.Spaces;

namespace GymBridge.Tests.SpaceOracle;

/// <summary>Answers requests about spaces, a JSON line for a JSON line, so that a Python test can compare them with Gymnasium's.</summary>
public static class Program
{
    public static void Main()
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var input = new StreamReader(Console.OpenStandardInput(), utf8);
        using var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { NewLine = "\n", AutoFlush = true };
        while (input.ReadLine() is { } line)
        {
            output.WriteLine(PythonJson.Write(Respond(line)));
        }
    }

#pragma warning disable CA1031 // Whatever is wrong with a request, the next one gets its answer.
    private static Info Respond(string line)
    {
        try
        {
            using var request = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 256 });
            return Oracle.Answer(request.RootElement);
        }
        catch (Exception error)
        {
            return new Info { ["error"] = $"{error.GetType().Name}: {error.Message}" };
        }
    }
#pragma warning restore CA1031
}
