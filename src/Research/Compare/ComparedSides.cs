using System.Text.Json.Serialization;

namespace Heretix.Research.Compare;

/// <summary>What two measurements of a claim differ in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComparedBy>))]
public enum ComparedBy
{
    /// <summary>Two prompt versions ask one model.</summary>
    [JsonStringEnumMemberName("prompt_version")]
    PromptVersion,

    /// <summary>Two models answer one prompt version.</summary>
    [JsonStringEnumMemberName("model")]
    Model,
}

/// <summary>One of the two sides.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Side>))]
public enum Side
{
    /// <summary>Neither side is better.</summary>
    [JsonStringEnumMemberName("tie")]
    Neither,

    /// <summary>The side named first.</summary>
    [JsonStringEnumMemberName("a")]
    A,

    /// <summary>The side named second.</summary>
    [JsonStringEnumMemberName("b")]
    B,
}

/// <summary>The two prompt versions or models that are compared.</summary>
/// <param name="By">What <paramref name="A"/> and <paramref name="B"/> name.</param>
/// <param name="A">A model, or the beginning of a prompt version.</param>
/// <param name="B">The same, for the other side.</param>
public sealed record ComparedSides(ComparedBy By, string A, string B)
{
    /// <summary>
    /// The side to which a run belongs. A version that begins with both names belongs to the longer one; a model is
    /// known by the name it was asked under first and by its provider's name second.
    /// </summary>
    public Side Of(RecordedRun run)
    {
        if (By == ComparedBy.Model)
            return Named(run.LogicalModel) is var asked and not Side.Neither ? asked : Named(run.Model);
        var a = run.PromptVersion.StartsWith(A, StringComparison.Ordinal);
        var b = run.PromptVersion.StartsWith(B, StringComparison.Ordinal);
        return (a, b) switch
        {
            (true, true) => A.Length > B.Length ? Side.A : Side.B,
            (true, false) => Side.A,
            (false, true) => Side.B,
            _ => Side.Neither,
        };
    }

    /// <summary>What both sides have to have in common: the model, or the prompt version.</summary>
    public string Common(RecordedRun run) => By == ComparedBy.Model ? run.PromptVersion : run.ModelIdentity;

    private Side Named(string model) =>
        model.Equals(A, StringComparison.OrdinalIgnoreCase) ? Side.A
        : model.Equals(B, StringComparison.OrdinalIgnoreCase) ? Side.B
        : Side.Neither;
}
