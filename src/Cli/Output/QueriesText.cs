using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Lake;

namespace Heretix.Cli.Output;

/// <summary>The named queries for people.</summary>
internal static class QueriesText
{
    public static void Write(IReadOnlyList<NamedQuery> queries, TextWriter output)
    {
        var table = new TextTable("name", "what it answers");
        foreach (var query in queries)
            table.Add(query.Name, query.Description);
        table.Write(output);
    }
}

/// <summary>The document that <c>hx query --list --json</c> prints.</summary>
internal sealed record QueriesDocument(IReadOnlyList<NamedQuery> Queries);

/// <summary>Source-generated JSON of the named queries.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(QueriesDocument))]
internal sealed partial class QueriesJson : JsonSerializerContext
{
    private static readonly QueriesJson Indented = new(
        new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = true,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }
    );

    public static string Of(IReadOnlyList<NamedQuery> queries) =>
        JsonSerializer.Serialize(new QueriesDocument(queries), Indented.QueriesDocument);
}
