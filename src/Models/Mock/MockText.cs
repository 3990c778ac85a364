using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Heretix.Models;

/// <summary>What the mock says. Every answer names itself as a mock's.</summary>
internal static class MockText
{
    private static readonly string[] Reasons =
    [
        "Mock: comparable statements have turned out this way about as often.",
        "Mock: the mechanism that the statement implies is plausible on general knowledge.",
        "Mock: published figures on the subject point in this direction.",
        "Mock: exceptions are known, and they limit how far the statement reaches.",
        "Mock: the wording is broad, which makes a clear verdict harder.",
        "Mock: independent accounts of the subject agree with each other.",
    ];

    private static readonly string[] Assumptions =
    [
        "Mock: terms are meant in their ordinary sense.",
        "Mock: the statement speaks of the present.",
        "Mock: no unusual definition is intended.",
    ];

    private static readonly string[] Uncertainties =
    [
        "Mock: recent developments may not be known.",
        "Mock: measurements on the subject differ.",
        "Mock: the scope of the statement is not given.",
    ];

    /// <summary>The whole JSON object that a measurement asks for.</summary>
    public static string Belief(MockSample sample)
    {
        var buffer = new ArrayBufferWriter<byte>(768);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("belief");
            json.WriteNumber("prob_true", sample.Probability);
            json.WriteString("label", sample.Label);
            json.WriteEndObject();
            WriteTexts(json, "reasons", Reasons, sample.Pick(0, Reasons.Length), 2 + sample.Pick(1, 3));
            WriteTexts(json, "assumptions", Assumptions, sample.Pick(2, Assumptions.Length), sample.Pick(3, 3));
            WriteTexts(json, "uncertainties", Uncertainties, sample.Pick(4, Uncertainties.Length), 1);
            json.WriteStartObject("flags");
            json.WriteBoolean("refused", false);
            json.WriteBoolean("off_topic", false);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A labelled echo, for requests that ask for prose.</summary>
    public static string Echo(string model, string lastMessage)
    {
        const int longest = 240;
        var words = string.Join(' ', lastMessage.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"[mock {model}] You wrote: {(words.Length > longest ? words[..longest] + "..." : words)}";
    }

    /// <summary>Cuts a text into pieces of a word each, which join to the text again.</summary>
    public static IEnumerable<string> Pieces(string text)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = text.IndexOf(' ', start) is var space and >= 0 ? space + 1 : text.Length;
            yield return text[start..end];
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, string[] texts, int first, int count)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < count; i++)
            json.WriteStringValue(texts[(first + i) % texts.Length]);
        json.WriteEndArray();
    }
}
