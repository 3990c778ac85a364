namespace Heretix.Models;

/// <summary>What a server has been found not to take. Learnt from its own words.</summary>
[Flags]
internal enum Accommodations
{
    None = 0,
    NoReasoning = 1,
    NoTemperature = 2,
    NoSeed = 4,
    NoSchema = 8,
    NoJsonMode = 16,
    NoStreamUsage = 32,
    CompletionTokens = 64,
}

/// <summary>What has been learnt of one model at one address, for all clients of the process.</summary>
internal sealed class LearntAccommodations
{
    private int known;

    public Accommodations Known => (Accommodations)Volatile.Read(ref known);

    public void Add(Accommodations more) => Interlocked.Or(ref known, (int)more);
}

/// <summary>Reads a rejection and says what to leave out next time.</summary>
internal static class Rejections
{
    private static readonly string[] FormatWords =
    [
        "response_format",
        "json_schema",
        "json_object",
        "text.format",
        "output_config",
        "output_format",
        "responsejsonschema",
        "response_json_schema",
        "responseschema",
        "response_schema",
        "responsemimetype",
        "response_mime_type",
        "structured output",
        "schema",
        "grammar",
    ];

    /// <summary>
    /// What to leave out after this rejection, or null when the request itself is at fault. A compatible server that
    /// was asked for JSON and refuses without naming anything known is asked more gently, because the wording of
    /// such servers cannot be foreseen.
    /// </summary>
    public static Accommodations? Learn(WireRequest request, string provider, ModelCallException rejection)
    {
        if (rejection.Kind != ModelCallFailure.InvalidRequest || rejection.Status is not (400 or 422 or 501))
            return null;
        var known = request.Accommodations;
        var words = rejection.Message;
        bool Names(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);

        if (request.ReasoningEffort is not null && Names("reasoning"))
            return known | Accommodations.NoReasoning;
        if (Names("max_completion_tokens") && !known.HasFlag(Accommodations.CompletionTokens))
            return known | Accommodations.CompletionTokens;
        if (request.Temperature is not null && Names("temperature"))
            return known | Accommodations.NoTemperature;
        if (request.Seed is not null && Names("seed"))
            return known | Accommodations.NoSeed;
        if (request.Streaming && Names("stream_options") && !known.HasFlag(Accommodations.NoStreamUsage))
            return known | Accommodations.NoStreamUsage;
        if (request.Output == StructuredOutput.None)
            return null;
        return provider == Providers.Compatible || FormatWords.Any(Names)
            ? known
                | (
                    request.Output == StructuredOutput.JsonSchema
                        ? Accommodations.NoSchema
                        : Accommodations.NoSchema | Accommodations.NoJsonMode
                )
            : null;
    }
}
