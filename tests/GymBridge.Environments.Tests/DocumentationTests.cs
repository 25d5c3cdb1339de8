using System.Reflection;
using System.Text.RegularExpressions;
using GymBridge.Wrappers;

namespace GymBridge.Environments.Tests;

/// <summary>docs/environments.md names what there is.</summary>
public partial class DocumentationTests
{
    private static readonly string Page = File.ReadAllText(RepositoryRoot.Combine("docs/environments.md"));

    [Fact]
    public void Page_NamesEveryEnvironment()
    {
        var named = Id().Matches(Page).Select(match => match.Value).ToHashSet();
        Assert.Equal(EnvironmentCatalog.CreateRegistry().Specs.Select(spec => spec.Id).Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Page_NamesEveryWrapper()
    {
        var wrappers = typeof(EnvWrappers).GetMethods(BindingFlags.Public | BindingFlags.Static).Select(method => method.Name)
            .Where(name => name != nameof(EnvWrappers.Wrap)).Distinct();
        Assert.DoesNotContain(wrappers, name => !Page.Contains(name, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"(?<=`)[A-Za-z0-9]+-v\d+(?=`)")]
    private static partial Regex Id();
}
