using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace GymBridge.Architecture.Tests;

/// <summary>Every public type and member has a summary (the compiler demands one), and the summary says something: at least three words.
/// Names of values, such as those of an enumeration, may be shorter.</summary>
public partial class DocumentationTests
{
    private const int FewestWords = 3;

    [Theory]
    [MemberData(nameof(PublicApiTests.Libraries), MemberType = typeof(PublicApiTests))]
    public void Summaries_OfTheLibrary_SaySomething(string library)
    {
        var visible = Assembly.Load(library).GetExportedTypes().Select(type => type.FullName!.Replace('+', '.')).ToHashSet(StringComparer.Ordinal);

        // GymBridge.Protocol's messages are documented in the .proto files.
        var file = Path.Combine(AppContext.BaseDirectory, $"{library}.xml");
        var members = XDocument.Load(file).Descendants("member")
            .Select(member => (Name: member.Attribute("name")!.Value, Summary: member.Element("summary")))
            .Where(member => member.Summary is not null && visible.Contains(TypeOf(member.Name)) && member.Name[0] is not 'F')
            .ToList();
        Assert.NotEmpty(members);
        Assert.Empty(members.Where(member => Words(member.Summary!) < FewestWords).Select(member => $"{member.Name}: {member.Summary!.Value.Trim()}"));
    }

    [Theory]
    [InlineData("<summary>A taxi.</summary>", 2)]
    [InlineData("""<summary>As <see cref="T:System.String" />.</summary>""", 2)]
    [InlineData("<summary>The action of a step.</summary>", 5)]
    public void Words_OfASummary_AreCountedWithReferences(string summary, int expected) => Assert.Equal(expected, Words(XElement.Parse(summary)));

    private static int Words(XElement summary) =>
        Word().Count(summary.Value) + summary.Descendants().Count(item => item.Name.LocalName is "see" or "paramref" or "typeparamref");

    // M:Namespace.Type.Member(Parameters), T:Namespace.Type.
    private static string TypeOf(string name)
    {
        var plain = name[2..].Split('(')[0];
        return name[0] == 'T' ? plain : plain[..plain.LastIndexOf('.')];
    }

    [GeneratedRegex(@"[\w\]\)]+")]
    private static partial Regex Word();
}
