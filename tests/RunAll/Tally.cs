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

    public List<Failure> Failures { get; } = [];

    /// <summary>Tests that failed beside others and passed alone.</summary>
    public List<Failure> Unsteady { get; } = [];

    /// <summary>How long each test took.</summary>
    public List<(TimeSpan Duration, string Name)> Durations { get; } = [];

    /// <summary>What passed, by "suite: test".</summary>
    public HashSet<string> PassedTests { get; } = new(StringComparer.Ordinal);

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
            Fail(new Failure(name));
        }
    }

    /// <summary>Counts the failures as passed that another tally has as passed.</summary>
    public void PassWhatPassedIn(Tally again)
    {
        using var held = _gate.EnterScope();
        Unsteady.AddRange(Failures.Where(failure => again.PassedTests.Contains(failure.ToString())));
        Failures.RemoveAll(Unsteady.Contains);
        Passed += Unsteady.Count;
        Failed -= Unsteady.Count;
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
                        Pass(name);
                        break;
                    case "NotExecuted":
                        Skip($"{name}: {result.Descendants(Trx + "Message").FirstOrDefault()?.Value}");
                        break;
                    default:
                        Fail(new Failure(suite, result.Attribute("testName")?.Value));
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
                Fail(new Failure(suite, $"{test.Attribute("classname")?.Value}.{test.Attribute("name")?.Value}"));
            }
            else if (test.Element("skipped") is { } skipped)
            {
                Skip($"{name}: {skipped.Attribute("message")?.Value}");
            }
            else
            {
                Pass(name);
            }
        }

        FailIfOnlyTheExitCodeTells(suite, exitCode, before);
    }

    private void FailIfOnlyTheExitCodeTells(string suite, int exitCode, int failedBefore)
    {
        if (exitCode != 0 && Failed == failedBefore)
        {
            Fail(new Failure($"{suite}: exit code {exitCode} without a failed test"));
        }
    }

    private void Pass(string name)
    {
        Passed++;
        PassedTests.Add(name);
    }

    private void Fail(Failure failure)
    {
        Failed++;
        Failures.Add(failure);
    }
}
