using System.Reflection;

namespace GymBridge.Architecture.Tests;

/// <summary>What a library offers is a reviewed text, <c>PublicApi/&lt;library&gt;.txt</c>. To accept a change run the tests with
/// <c>GYMBRIDGE_ACCEPT_API=1</c> and commit the files; an empty file puts a further library under the test.</summary>
public class PublicApiTests
{
    private static readonly string Folder = RepositoryRoot.Combine("tests/GymBridge.Architecture.Tests/PublicApi");

    public static TheoryData<string> Libraries => [.. Directory.GetFiles(Folder, "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Library_OffersWhatItsTextSays(string library)
    {
        var path = Path.Combine(Folder, $"{library}.txt");
        var actual = PublicApi.Describe(Assembly.Load(library));
        if (Environment.GetEnvironmentVariable("GYMBRIDGE_ACCEPT_API") == "1")
        {
            File.WriteAllLines(path, actual);
            return;
        }

        var expected = File.ReadAllLines(path);
        var (gone, added) = (expected.Except(actual).ToList(), actual.Except(expected).ToList());
        Assert.True(
            gone.Count == 0 && added.Count == 0,
            $"The public API of {library} has changed. If that is meant, run with GYMBRIDGE_ACCEPT_API=1 and commit {path}.\n{string.Join('\n', gone.Select(line => $"- {line}").Concat(added.Select(line => $"+ {line}")))}");
    }
}
