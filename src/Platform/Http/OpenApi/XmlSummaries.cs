using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Heretix.Platform.Http.OpenApi;

/// <summary>
/// The summaries that stand in the code, read from the documentation files beside the assemblies. Without such a file the
/// API document has no descriptions of members, and that is all.
/// </summary>
internal static partial class XmlSummaries
{
    private static readonly ConcurrentDictionary<Assembly, IReadOnlyDictionary<string, XElement>> Files = new();

    /// <summary>A type's summary.</summary>
    public static string? Of(Type type) => Element('T', type, null)?.Element("summary") is { } text ? Text(text) : null;

    /// <summary>A property's summary, or what its record says about the parameter of that name.</summary>
    public static string? Of(PropertyInfo? property)
    {
        if (property?.DeclaringType is not { } type)
            return null;
        var text =
            Element('P', type, property.Name)?.Element("summary")
            ?? Element('T', type, null)
                ?.Elements("param")
                .FirstOrDefault(parameter => (string?)parameter.Attribute("name") == property.Name);
        return text is null ? null : Text(text);
    }

    private static XElement? Element(char kind, Type type, string? member)
    {
        var definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        var name = definition.FullName?.Replace('+', '.');
        return Files
            .GetOrAdd(type.Assembly, Read)
            .GetValueOrDefault(member is null ? $"{kind}:{name}" : $"{kind}:{name}.{member}");
    }

    private static Dictionary<string, XElement> Read(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        if (!File.Exists(file))
            return [];
        using var reader = XmlReader.Create(file);
        return XDocument
            .Load(reader)
            .Descendants("member")
            .ToDictionary(member => (string)member.Attribute("name")!, member => member);
    }

    private static string Text(XElement element) =>
        Blanks().Replace(string.Concat(element.Nodes().Select(Plain)), " ").Trim();

    private static string Plain(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
            XElement { Name.LocalName: "see" or "paramref" or "typeparamref" } link => Referred(link),
            XElement other => string.Concat(other.Nodes().Select(Plain)) + " ",
            _ => "",
        };

    /// <summary><c>cref="P:A.B.JsonBodyLimit"</c> to "JsonBodyLimit".</summary>
    private static string Referred(XElement link)
    {
        if (link.Value.Length > 0)
            return link.Value;
        var target =
            link.Attribute("cref")?.Value ?? link.Attribute("name")?.Value ?? link.Attribute("langword")?.Value;
        return target?.Split('(')[0].Split('.')[^1] ?? "";
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
