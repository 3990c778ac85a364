using System.Text.Json;

namespace Heretix.Rpl.Answers;

/// <summary>How closely a reply keeps to the belief schema.</summary>
internal enum Conformity
{
    /// <summary>Every member as asked, nothing else.</summary>
    Strict,

    /// <summary>Readable after harmless coercions: a number as text, one string for a list, a missing list.</summary>
    Coerced,

    /// <summary>Members missing, unknown or of the wrong kind.</summary>
    Broken,
}

/// <summary>Checks a reply against the belief schema, member by member.</summary>
internal static class BeliefConformity
{
    private static readonly string[] Labels = ["very_unlikely", "unlikely", "uncertain", "likely", "very_likely"];

    /// <summary>The worst finding over all members of <paramref name="json"/>.</summary>
    public static Conformity Of(JsonElement json)
    {
        if (!OnlyMembers(json, "belief", "reasons", "assumptions", "uncertainties", "flags"))
            return Conformity.Broken;
        var worst = Belief(json);
        worst = Worse(worst, List(json, "reasons", 2, 4));
        worst = Worse(worst, List(json, "assumptions", 0, 3));
        worst = Worse(worst, List(json, "uncertainties", 0, 3));
        return Worse(worst, Flags(json));
    }

    private static Conformity Belief(JsonElement json)
    {
        if (!json.TryGetProperty("belief", out var belief) || !OnlyMembers(belief, "prob_true", "label"))
            return Conformity.Broken;
        if (!belief.TryGetProperty("prob_true", out var probability))
            return Conformity.Broken;
        if (!belief.TryGetProperty("label", out var label) || label.ValueKind != JsonValueKind.String)
            return Conformity.Broken;
        var result = probability.ValueKind switch
        {
            JsonValueKind.Number => Conformity.Strict,
            JsonValueKind.String => Conformity.Coerced,
            _ => Conformity.Broken,
        };
        var text = label.GetString()!;
        if (Labels.Contains(text))
            return result;
        var folded = text.Trim().Replace(' ', '_').Replace('-', '_');
        return Worse(
            result,
            Labels.Contains(folded, StringComparer.OrdinalIgnoreCase) ? Conformity.Coerced : Conformity.Broken
        );
    }

    private static Conformity List(JsonElement json, string name, int least, int most)
    {
        if (!json.TryGetProperty(name, out var list) || list.ValueKind == JsonValueKind.Null)
            return Conformity.Coerced;
        if (list.ValueKind == JsonValueKind.String)
            return Conformity.Coerced;
        if (list.ValueKind != JsonValueKind.Array)
            return Conformity.Broken;
        var strings = list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String);
        var count = list.GetArrayLength();
        return strings && count >= least && count <= most ? Conformity.Strict : Conformity.Coerced;
    }

    private static Conformity Flags(JsonElement json)
    {
        if (!json.TryGetProperty("flags", out var flags) || flags.ValueKind == JsonValueKind.Null)
            return Conformity.Coerced;
        if (!OnlyMembers(flags, "refused", "off_topic"))
            return Conformity.Broken;
        var complete =
            flags.TryGetProperty("refused", out var refused)
            && refused.ValueKind is JsonValueKind.True or JsonValueKind.False
            && flags.TryGetProperty("off_topic", out var offTopic)
            && offTopic.ValueKind is JsonValueKind.True or JsonValueKind.False;
        return complete ? Conformity.Strict : Conformity.Coerced;
    }

    private static bool OnlyMembers(JsonElement json, params ReadOnlySpan<string> names)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return false;
        foreach (var member in json.EnumerateObject())
        {
            if (!names.Contains(member.Name))
                return false;
        }
        return true;
    }

    private static Conformity Worse(Conformity left, Conformity right) => left > right ? left : right;
}
