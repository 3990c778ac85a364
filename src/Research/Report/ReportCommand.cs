using System.Globalization;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Results;

namespace Heretix.Research.Report;

/// <summary>The command that measures the same again; with the samples in the store it asks nothing.</summary>
internal static class ReportCommand
{
    /// <param name="result">What was measured; an escalation is repeated as its last stage, which gives the same.</param>
    /// <param name="config">The settings as they were recorded, key by key.</param>
    public static string Of(RunResult result, IReadOnlyList<KeyValuePair<string, string>> config)
    {
        var settings = config.ToDictionary();
        List<string> options =
        [
            $"--claim {Quoted(result.Claim)}",
            $"--model {Quoted(result.LogicalModel)}",
            $"--prompt-version {Quoted(result.PromptVersion)}",
            string.Create(
                CultureInfo.InvariantCulture,
                $"--k {result.Sampling.K} --r {result.Sampling.R} --t {result.Sampling.T} --b {result.Aggregation.B}"
            ),
        ];
        Add("seed", "--seed", unless: null);
        Add("provider", "--provider", unless: null);
        Add("base_url", "--base-url", unless: null);
        Add("max_output_tokens", "--max-output-tokens", unless: "1024");
        Add("max_prompt_chars", "--max-prompt-chars", unless: Digits(PromptBank.DefaultMaxPromptChars));
        if (
            !settings.ContainsKey("max_prompt_chars")
            && result.Aggregation.PromptCharLenMax > PromptBank.DefaultMaxPromptChars
        )
            options.Add("--max-prompt-chars " + Digits(result.Aggregation.PromptCharLenMax));
        Flag("no_cache", "--no-cache");
        Flag("mock", "--mock");
        return "./hx run " + string.Join(' ', options);

        void Add(string key, string option, string? unless)
        {
            if (settings.TryGetValue(key, out var value) && value != unless)
                options.Add($"{option} {Quoted(value)}");
        }

        void Flag(string key, string option)
        {
            if (settings.GetValueOrDefault(key) == "true")
                options.Add(option);
        }
    }

    private static string Digits(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>One word for a POSIX shell.</summary>
    private static string Quoted(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':')
            ? text
            : "'" + text.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
