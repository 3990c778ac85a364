namespace Heretix.Rpl.Requests;

/// <summary>Everything that defines one measurement of one claim by one model with one bank of prompts.</summary>
public sealed record MeasurementRequest
{
    /// <summary>The statement to be judged, as the user wrote it (trimmed, not empty).</summary>
    public required string Claim { get; init; }

    /// <summary>The model as the user named it: an alias or a provider's own model id.</summary>
    public required string Model { get; init; }

    /// <summary>The provider, when the user insists on one; otherwise inferred from the model's name.</summary>
    public string? Provider { get; init; }

    /// <summary>Address of an OpenAI-compatible server, when the model lives on one.</summary>
    public Uri? BaseUrl { get; init; }

    /// <summary>Name or full version of the prompt bank.</summary>
    public required string PromptVersion { get; init; }

    /// <summary>Template slots (K): how many paraphrases are asked. Default 8, at least 1.</summary>
    public int K { get; init; } = 8;

    /// <summary>Replicates per slot (R). Default 2, at least 1.</summary>
    public int R { get; init; } = 2;

    /// <summary>How many templates of the bank may be used (T); the whole bank when null.</summary>
    public int? T { get; init; }

    /// <summary>Bootstrap iterations (B). Default 5000, at least 1.</summary>
    public int B { get; init; } = 5000;

    /// <summary>Bootstrap seed set by the user; derived from the measurement when null.</summary>
    public SeedChoice? Seed { get; init; }

    /// <summary>Upper bound on the tokens of one answer. Default 1024.</summary>
    public int MaxOutputTokens { get; init; } = 1024;

    /// <summary>Longest prompt allowed, in characters of instructions and question together; no limit when null. Default 3000.</summary>
    public int? MaxPromptChars { get; init; } = Prompts.PromptBank.DefaultMaxPromptChars;

    /// <summary>Ask every sample anew, whatever earlier executions have stored.</summary>
    public bool NoCache { get; init; }

    /// <summary>Ask the labelled offline mock in the model's place.</summary>
    public bool Mock { get; init; }

    /// <summary>Choose K and R by escalation: start small, add samples until the gates pass.</summary>
    public bool Auto { get; init; }

    /// <summary>Refuses values that cannot describe a measurement.</summary>
    /// <exception cref="MeasurementException">Names every value that is out of range.</exception>
    public void Validate()
    {
        var problems = new List<string>();
        if (string.IsNullOrWhiteSpace(Claim))
            problems.Add("the claim is empty");
        if (string.IsNullOrWhiteSpace(Model))
            problems.Add("the model is empty");
        AtLeastOne("K", K);
        AtLeastOne("R", R);
        AtLeastOne("B", B);
        AtLeastOne("T", T ?? 1);
        AtLeastOne("max_output_tokens", MaxOutputTokens);
        AtLeastOne("max_prompt_chars", MaxPromptChars ?? 1);
        if ((long)K * R > MaxSamples)
            problems.Add($"K x R is {(long)K * R}; at most {MaxSamples} samples fit in one measurement");
        if (problems.Count > 0)
            throw new MeasurementException(MeasurementFailure.InvalidRequest, string.Join("; ", problems));

        void AtLeastOne(string name, int value)
        {
            if (value < 1)
                problems.Add($"{name} must be at least 1 (got {value})");
        }
    }

    /// <summary>More samples than this in one measurement are a slip of the keyboard.</summary>
    public const int MaxSamples = 100_000;
}

/// <summary>A bootstrap seed and where it came from (<c>cfg</c> for flag or file, <c>env</c> for the environment).</summary>
public readonly record struct SeedChoice(ulong Value, string Origin)
{
    /// <summary>How the seed enters the identity of a measurement: <c>cfg:42</c>, <c>env:42</c>.</summary>
    public override string ToString() =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Origin}:{Value}");
}
