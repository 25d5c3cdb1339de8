using System.Globalization;
using System.Xml.Linq;

namespace GymBridge.Tests.RunAll;

/// <summary>Counts over all suites, read from their own reports. Suites may end at the same time.</summary>
internal sealed class Tally
{
    private static readonly XNamespace Trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";

    private readonly Lock _gate = new();

    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Skipped { get; private set; }

    public List<string> Failures { get; } = [];

    /// <summary>How long each test took.</summary>
    public List<(TimeSpan Duration, string Name)> Durations { get; } = [];

    public SortedSet<string> SkipReasons { get; } = new(StringComparer.Ordinal);

    public void Count(string name, bool isFine)
    {
        using var held = _gate.EnterScope();
        if (isFine)
        {
            Passed++;
        }
        else
        {
            Fail(name);
        }
    }

    public void Skip(string reason)
    {
        using var held = _gate.EnterScope();
        Skipped++;
        SkipReasons.Add(reason);
    }

    /// <summary>Adds the TRX report of one test project; a suite that failed without a failed test counts as one failure.</summary>
    public void AddTrx(string suite, string folder, int exitCode)
    {
        using var held = _gate.EnterScope();
        var before = Failed;
        foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.trx") : [])
        {
            foreach (var result in XDocument.Load(file).Descendants(Trx + "UnitTestResult"))
            {
                var name = $"{suite}: {result.Attribute("testName")?.Value}";
                Durations.Add((TimeSpan.Parse(result.Attribute("duration")?.Value ?? "0", CultureInfo.InvariantCulture), name));
                switch (result.Attribute("outcome")?.Value)
                {
                    case "Passed":
                        Passed++;
                        break;
                    case "NotExecuted":
                        Skip($"{name}: {result.Descendants(Trx + "Message").FirstOrDefault()?.Value}");
                        break;
                    default:
                        Fail(name);
                        break;
                }
            }
        }

        FailIfOnlyTheExitCodeTells(suite, exitCode, before);
    }

    /// <summary>Adds pytest's JUnit report.</summary>
    public void AddJUnit(string suite, string file, int exitCode)
    {
        using var held = _gate.EnterScope();
        var before = Failed;
        foreach (var test in File.Exists(file) ? XDocument.Load(file).Descendants("testcase") : [])
        {
            var name = $"{suite}: {test.Attribute("classname")?.Value}.{test.Attribute("name")?.Value}";
            Durations.Add((TimeSpan.FromSeconds((double?)test.Attribute("time") ?? 0), name));
            if (test.Element("failure") is not null || test.Element("error") is not null)
            {
                Fail(name);
            }
            else if (test.Element("skipped") is { } skipped)
            {
                Skip($"{name}: {skipped.Attribute("message")?.Value}");
            }
            else
            {
                Passed++;
            }
        }

        FailIfOnlyTheExitCodeTells(suite, exitCode, before);
    }

    private void FailIfOnlyTheExitCodeTells(string suite, int exitCode, int failedBefore)
    {
        if (exitCode != 0 && Failed == failedBefore)
        {
            Fail($"{suite}: exit code {exitCode} without a failed test");
        }
    }

    private void Fail(string name)
    {
        Failed++;
        Failures.Add(name);
    }
}
