using System.CommandLine;

namespace Heretix.Cli.Settings;

/// <summary>The options that every measuring verb shares.</summary>
internal sealed class MeasurementOptions
{
    public Option<FileInfo?> Config { get; } =
        new("--config", "-c") { Description = "Settings in YAML or JSON", HelpName = "FILE" };

    public Option<string[]> Model { get; } =
        new("--model", "-m") { Description = "Model to ask; repeat for several", HelpName = "M" };

    public Option<string?> Provider { get; } =
        new("--provider") { Description = "Provider, when the model's name does not tell", HelpName = "P" };

    public Option<string[]> PromptVersion { get; } =
        new("--prompt-version", "-p") { Description = "Prompt bank; repeat for several", HelpName = "V" };

    public Option<FileInfo?> PromptsFile { get; } =
        new("--prompts-file") { Description = "A bank outside the prompts folder", HelpName = "FILE" };

    public Option<int?> K { get; } = new("--k") { Description = "Template slots (default 8)", HelpName = "N" };

    public Option<int?> R { get; } = new("--r") { Description = "Replicates per slot (default 2)", HelpName = "N" };

    public Option<int?> T { get; } =
        new("--t") { Description = "Templates of the bank to use (default all)", HelpName = "N" };

    public Option<int?> B { get; } = new("--b") { Description = "Bootstrap iterations (default 5000)", HelpName = "N" };

    public Option<string?> Seed { get; } =
        new("--seed") { Description = "Bootstrap seed, 0 to 18446744073709551615 (default derived)", HelpName = "N" };

    public Option<int?> MaxOutputTokens { get; } =
        new("--max-output-tokens") { Description = "Longest answer, in tokens (default 1024)", HelpName = "N" };

    public Option<int?> MaxPromptChars { get; } =
        new("--max-prompt-chars") { Description = "Longest prompt, in characters (default 3000)", HelpName = "N" };

    public Option<bool> Auto { get; } =
        new("--auto") { Description = "Choose K and R: (8,2), (16,2), (16,3) until the gates pass" };

    public Option<decimal?> CostLimit { get; } =
        new("--cost-limit") { Description = "Stop before spending more than this", HelpName = "USD" };

    public Option<string?> BaseUrl { get; } =
        new("--base-url") { Description = "An OpenAI-compatible server (Ollama, vLLM, llama.cpp)", HelpName = "URL" };

    public Option<int?> Concurrency { get; } =
        new("--concurrency") { Description = "Calls in flight at once (default 8)", HelpName = "N" };

    public Option<bool> NoCache { get; } =
        new("--no-cache") { Description = "Ask every sample anew, for this execution alone" };

    public Option<bool> Mock { get; } =
        new("--mock") { Description = "Ask the offline mock; its answers say nothing about any model" };

    public Option<int?> MockLatency { get; } =
        new("--mock-latency") { Description = "How long the mock takes to answer", HelpName = "MS" };

    public Option<double?> MockFail { get; } =
        new("--mock-fail") { Description = "Share of mock calls that go wrong, 0 to 1", HelpName = "RATE" };

    public Option<string> Mode { get; } =
        new("--mode")
        {
            Description = "The lens: baseline",
            HelpName = "MODE",
            DefaultValueFactory = _ => "baseline",
            Hidden = true,
        };

    public StoreLocationOptions Store { get; } = new();

    /// <summary>Adds all of them to a verb.</summary>
    public void AddTo(Command verb)
    {
        foreach (
            Option option in (Option[])
                [
                    Config,
                    Model,
                    Provider,
                    PromptVersion,
                    PromptsFile,
                    K,
                    R,
                    T,
                    B,
                    Seed,
                    MaxOutputTokens,
                    MaxPromptChars,
                    Auto,
                    CostLimit,
                    BaseUrl,
                    Concurrency,
                    NoCache,
                    Mock,
                    MockLatency,
                    MockFail,
                    Mode,
                ]
        )
            verb.Options.Add(option);
        Store.AddTo(verb);
    }
}

/// <summary>Where results are stored and exported.</summary>
internal sealed class StoreLocationOptions
{
    public Option<string?> Db { get; } =
        new("--db")
        {
            Description = "The store (default runs/heretix.sqlite, or runs/heretix_mock.sqlite)",
            HelpName = "FILE",
        };

    public Option<string?> Exports { get; } =
        new("--exports") { Description = "Folder of Parquet files (default data/exports)", HelpName = "DIR" };

    public Option<bool> NoExport { get; } = new("--no-export") { Description = "Write no Parquet files now" };

    public void AddTo(Command verb)
    {
        verb.Options.Add(Db);
        verb.Options.Add(Exports);
        verb.Options.Add(NoExport);
    }
}
