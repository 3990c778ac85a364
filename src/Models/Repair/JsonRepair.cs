using System.Buffers;
using System.Text.Json;

namespace Heretix.Models;

/// <summary>What was found in a text.</summary>
/// <param name="Object">The JSON object, or null when the text holds none.</param>
/// <param name="Warnings">
/// <see cref="JsonRepair.Repaired"/> when the object had to be cut out of a longer text; otherwise empty.
/// </param>
public sealed record JsonExtraction(JsonElement? Object, IReadOnlyList<string> Warnings);

/// <summary>
/// Finds the JSON object in what a model wrote: inside fences, after its reasoning, under wrappers, among other words.
/// Never throws whatever the text, and takes time in proportion to it.
/// </summary>
public static class JsonRepair
{
    /// <summary>Warning: the object had to be cut out of a longer text.</summary>
    public const string Repaired = "json_repaired_simple";

    /// <summary>No object is cut out of a text longer than this, in characters.</summary>
    public const int LongestRepair = 20_000;

    private const int DeepestWrapping = 8;

    private static readonly string[] ReasoningKeys =
    [
        "reasoning_content",
        "reasoning_trace",
        "deliberation",
        "thoughts",
        "scratchpad",
    ];

    private static readonly string[] Wrappers =
    [
        "response",
        "answer",
        "result",
        "output",
        "data",
        "payload",
        "content",
    ];

    /// <summary>
    /// The object in a text: the text itself if it is JSON, else what is left without reasoning, else what lies between
    /// the first opening and the last closing brace.
    /// </summary>
    /// <param name="text">What a model wrote; null counts as empty.</param>
    /// <param name="unwrap">
    /// Whether to look for a measurement's answer under wrappers such as <c>{"response": {...}}</c>, in JSON that was
    /// written as a string, and in lists of one. Without it an object is returned as it stands.
    /// </param>
    public static JsonExtraction Extract(string? text, bool unwrap = true)
    {
        text ??= "";
        if (Open(text, unwrap) is { } whole)
            return new JsonExtraction(whole, []);
        var untagged = ReasoningText.WithoutTags(text);
        var answer = ReasoningText.WithoutPrefix(untagged);
        if (Open(answer, unwrap) is { } stripped)
            return new JsonExtraction(stripped, []);
        // With what stands before the answer, because a fence may open there; then without it.
        foreach (var candidate in new[] { untagged, answer })
            if (StripMarkdown(candidate) is { } cut && Open(cut, unwrap) is { } found)
                return new JsonExtraction(found, [Repaired]);
        return new JsonExtraction(null, []);
    }

    /// <summary>The object in a text, or an empty object when there is none.</summary>
    /// <param name="text">What a model wrote; null counts as empty.</param>
    public static JsonElement ObjectOrEmpty(string? text) => Extract(text).Object ?? JsonElement.Parse("{}"u8);

    /// <summary>
    /// The part of a text that should be JSON: the content of the first fence if there is one, from the first opening
    /// brace (or bracket, when there is no brace) to the last closing one. Null when there is none, or when the text is
    /// longer than <see cref="LongestRepair"/>.
    /// </summary>
    /// <param name="text">What a model wrote; null counts as empty.</param>
    public static string? StripMarkdown(string? text)
    {
        if (text is null || text.Length > LongestRepair)
            return null;
        var inside = Fenced(text);
        var start = inside.IndexOf('{');
        var close = '}';
        if (start < 0)
        {
            start = inside.IndexOf('[');
            close = ']';
        }
        var end = inside.LastIndexOf(close);
        return start >= 0 && end > start ? inside[start..(end + 1)].ToString() : null;
    }

    /// <summary>
    /// A text without the model's reasoning: tags such as <c>&lt;think&gt;</c> with their content, words before the
    /// first brace or bracket, and leading objects that hold nothing but reasoning.
    /// </summary>
    /// <param name="text">What a model wrote; null counts as empty.</param>
    public static string StripReasoning(string? text) =>
        ReasoningText.WithoutPrefix(ReasoningText.WithoutTags(text ?? ""));

    private static ReadOnlySpan<char> Fenced(string text)
    {
        const string fence = "```";
        var open = text.IndexOf(fence, StringComparison.Ordinal);
        if (open < 0)
            return text;
        var start = open + fence.Length;
        var end = text.IndexOf(fence, start, StringComparison.Ordinal);
        return end < 0 ? text.AsSpan(start) : text.AsSpan(start, end - start);
    }

    private static JsonElement? Open(string text, bool unwrap)
    {
        if (JsonText.TryParse(text) is not { } value)
            return null;
        if (!unwrap)
            return value.ValueKind == JsonValueKind.Object ? value : null;
        for (var level = 0; level < DeepestWrapping; level++)
        {
            if (value.ValueKind == JsonValueKind.String && JsonText.TryParse(value.GetString()!) is { } inner)
                value = inner;
            else if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1)
                value = value[0];
            else if (value.ValueKind == JsonValueKind.Object && !IsAnswer(value) && Wrapped(value) is { } content)
                value = content;
            else
                break;
        }
        return value.ValueKind == JsonValueKind.Object ? WithoutReasoning(value) : null;
    }

    private static bool IsAnswer(JsonElement value)
    {
        bool Has(string name) => value.TryGetProperty(name, out _);
        return Has("belief")
            || Has("prob_true")
            || (Has("stance_prob_true") && Has("stance_label"))
            || (Has("support_bullets") && Has("oppose_bullets"))
            || (Has("prob_true_rpl") && Has("ci95"));
    }

    private static JsonElement? Wrapped(JsonElement value)
    {
        foreach (var name in Wrappers)
            if (
                value.TryGetProperty(name, out var content)
                && (
                    content.ValueKind is JsonValueKind.Object or JsonValueKind.Array
                    || (content.ValueKind == JsonValueKind.String && JsonText.LooksLikeJson(content.GetString()!))
                )
            )
                return content;
        return null;
    }

    private static JsonElement WithoutReasoning(JsonElement value)
    {
        if (!ReasoningKeys.Any(name => value.TryGetProperty(name, out _)))
            return value;
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var member in value.EnumerateObject())
                if (!ReasoningKeys.Contains(member.Name))
                    member.WriteTo(json);
            json.WriteEndObject();
        }
        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
