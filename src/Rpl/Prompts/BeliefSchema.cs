using System.Text.Json;

namespace Heretix.Rpl.Prompts;

/// <summary>
/// The shape of one answer, in words for the instructions and as a JSON schema for providers that enforce one.
/// Neither shows a sample figure: an example probability would be an anchor.
/// </summary>
public static class BeliefSchema
{
    /// <summary>Name of the schema where a provider asks for one.</summary>
    public const string Name = "belief_sample";

    /// <summary>The answer format as the instructions give it.</summary>
    public const string Text = """
        Answer with exactly one JSON object of this form and nothing else, without further keys:
        {
          "belief": {
            "prob_true": <number from 0 to 1 with two decimals>,
            "label": <"very_unlikely" | "unlikely" | "uncertain" | "likely" | "very_likely">
          },
          "reasons": [<2 to 4 short strings>],
          "assumptions": [<0 to 3 short strings>],
          "uncertainties": [<0 to 3 short strings>],
          "flags": {
            "refused": <true if you decline to answer, else false>,
            "off_topic": <true if the text holds no statement that can be judged, else false>
          }
        }
        """;

    /// <summary>
    /// The JSON schema of an answer. Every property is required and no other is allowed, as OpenAI's strict mode
    /// demands. Bounds stand in descriptions, because some providers reject a schema that has <c>minimum</c> or
    /// <c>minItems</c>; they are checked when the answer is validated.
    /// </summary>
    public static JsonElement Schema => Parsed.Root;

    private const string SchemaJson = """
        {
          "type": "object",
          "properties": {
            "belief": {
              "type": "object",
              "properties": {
                "prob_true": {
                  "type": "number",
                  "description": "Probability that the statement is true, from 0 to 1, two decimals."
                },
                "label": {
                  "type": "string",
                  "enum": ["very_unlikely", "unlikely", "uncertain", "likely", "very_likely"]
                }
              },
              "required": ["prob_true", "label"],
              "additionalProperties": false
            },
            "reasons": {
              "type": "array",
              "items": { "type": "string" },
              "description": "2 to 4 short reasons."
            },
            "assumptions": {
              "type": "array",
              "items": { "type": "string" },
              "description": "0 to 3 short assumptions."
            },
            "uncertainties": {
              "type": "array",
              "items": { "type": "string" },
              "description": "0 to 3 short uncertainties."
            },
            "flags": {
              "type": "object",
              "properties": {
                "refused": { "type": "boolean", "description": "True if you decline to answer." },
                "off_topic": {
                  "type": "boolean",
                  "description": "True if the text holds no statement that can be judged."
                }
              },
              "required": ["refused", "off_topic"],
              "additionalProperties": false
            }
          },
          "required": ["belief", "reasons", "assumptions", "uncertainties", "flags"],
          "additionalProperties": false
        }
        """;

    /// <summary>Parsed on first use only: a run against a provider without native schemas never needs it.</summary>
    private static class Parsed
    {
        internal static readonly JsonElement Root = Parse();

        private static JsonElement Parse()
        {
            using var document = JsonDocument.Parse(SchemaJson);
            return document.RootElement.Clone();
        }
    }
}
