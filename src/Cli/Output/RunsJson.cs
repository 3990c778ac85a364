using System.Text.Json;
using System.Text.Json.Serialization;
using Heretix.Rpl.Results;

namespace Heretix.Cli.Output;

/// <summary>The document that <c>hx run --json</c> prints.</summary>
internal sealed record RunsDocument(IReadOnlyList<RunResult> Runs);

/// <summary>Source-generated JSON of the command line's own documents.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(RunsDocument))]
[JsonSerializable(typeof(BatchLine))]
internal sealed partial class CliJson : JsonSerializerContext
{
    /// <summary>Indented, with text outside ASCII written as it is.</summary>
    public static CliJson Indented { get; } = new(Settings(indented: true));

    /// <summary>The same on one line.</summary>
    public static CliJson Compact { get; } = new(Settings(indented: false));

    private static JsonSerializerOptions Settings(bool indented) =>
        new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            WriteIndented = indented,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
}

/// <summary>Results as <c>{"runs":[...]}</c>.</summary>
internal static class RunsJson
{
    public static string Of(IReadOnlyList<RunResult> runs) =>
        JsonSerializer.Serialize(new RunsDocument(runs), CliJson.Indented.RunsDocument);
}
