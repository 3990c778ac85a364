using System.Globalization;
using System.Text.Json;
using Heretix.Models;

namespace Heretix.Rpl.Answers;

/// <summary>
/// Turns the text of one reply into a <see cref="BeliefAnswer"/>: repaired if needed, checked strictly, read
/// leniently where the probability itself is beyond doubt.
/// </summary>
public static class BeliefReader
{
    private static readonly string[] Links = ["http://", "https://", "www."];

    /// <summary>Reads a reply. Never throws: whatever cannot be read is an invalid answer with a warning.</summary>
    /// <param name="text">The reply as it came.</param>
    /// <param name="declined">The provider itself reported a refusal or a content filter.</param>
    /// <param name="truncated">The reply was cut off at the token limit.</param>
    public static BeliefAnswer Read(string text, bool declined = false, bool truncated = false)
    {
        var warnings = new List<string>();
        var extraction = JsonRepair.Extract(text);
        warnings.AddRange(extraction.Warnings);

        double? probability = null;
        var refused = declined;
        IReadOnlyList<string> reasons = [];
        if (extraction.Object is { ValueKind: JsonValueKind.Object } json)
        {
            var conformity = BeliefConformity.Of(json);
            if (conformity == Conformity.Coerced)
                warnings.Add("validation_coerced");
            else if (conformity == Conformity.Broken)
                warnings.Add("schema_validation_failed");
            probability = ProbabilityOf(json);
            refused |= Flag(json, "refused");
            if (Flag(json, "off_topic"))
                warnings.Add("off_topic");
            reasons = Strings(json, "reasons");
        }
        else
        {
            warnings.Add("no_json");
        }

        var linked = Links.Any(link => text.Contains(link, StringComparison.OrdinalIgnoreCase));
        var inRange = probability is >= 0 and <= 1;
        if (refused)
            warnings.Add("refused");
        if (truncated)
            warnings.Add("truncated");
        if (linked)
            warnings.Add("contains_link");
        if (probability is null && !refused)
            warnings.Add("no_probability");
        else if (probability is not null && !inRange)
            warnings.Add("probability_out_of_range");
        return new BeliefAnswer(
            probability,
            inRange && !linked && !refused,
            refused,
            [.. warnings.Distinct()],
            reasons
        );
    }

    private static double? ProbabilityOf(JsonElement json)
    {
        if (json.TryGetProperty("prob_true", out var top) && Number(top) is { } value)
            return value;
        return
            json.TryGetProperty("belief", out var belief)
            && belief.ValueKind == JsonValueKind.Object
            && belief.TryGetProperty("prob_true", out var inner)
            ? Number(inner)
            : null;
    }

    private static double? Number(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
            JsonValueKind.String
                when double.TryParse(
                    value.GetString(),
                    NumberStyles.Float,
                    CultureInfo.InvariantCulture,
                    out var number
                ) && double.IsFinite(number) => number,
            _ => null,
        };

    private static bool Flag(JsonElement json, string name) =>
        json.TryGetProperty("flags", out var flags)
        && flags.ValueKind == JsonValueKind.Object
        && flags.TryGetProperty(name, out var flag)
        && (
            flag.ValueKind == JsonValueKind.True
            || (flag.ValueKind == JsonValueKind.String && bool.TryParse(flag.GetString(), out var said) && said)
        );

    private static IReadOnlyList<string> Strings(JsonElement json, string name) =>
        json.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ?
            [
                .. list.EnumerateArray()
                    .Where(item => item.ValueKind == JsonValueKind.String)
                    .Select(item => item.GetString()!.Trim())
                    .Where(item => item.Length > 0),
            ]
            : [];
}
