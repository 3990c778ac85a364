using System.CommandLine;
using System.Globalization;
using Heretix.Models;
using Heretix.Rpl.Prompts;
using Heretix.Rpl.Requests;

namespace Heretix.Cli.Settings;

/// <summary>What a measuring verb was told: flag over environment over config file over default.</summary>
internal sealed record MeasurementSettings
{
    public required string? Claim { get; init; }
    public required IReadOnlyList<string> Models { get; init; }
    public required IReadOnlyList<string> PromptVersions { get; init; }
    public required string? PromptsFile { get; init; }

    /// <summary>A request with everything but claim, model and prompt version filled in.</summary>
    public required MeasurementRequest Template { get; init; }
    public required decimal? CostLimit { get; init; }
    public required int Concurrency { get; init; }
    public required MockBehaviour? MockBehaviour { get; init; }
    public required TimeSpan ResultCacheTime { get; init; }
    public required StoreLocation Store { get; init; }

    public bool Mock => Template.Mock;

    /// <summary>The request for one claim, model and prompt version.</summary>
    public MeasurementRequest For(string claim, string model, string promptVersion) =>
        Template with
        {
            Claim = claim.Trim(),
            Model = model,
            PromptVersion = promptVersion,
        };

    public static MeasurementSettings Read(
        MeasurementOptions options,
        Option<string?>? claim,
        ParseResult parsed,
        Surroundings around
    )
    {
        var file = parsed.GetValue(options.Config) is { } config ? ConfigFile.Read(config.FullName) : null;
        RefuseOtherLenses(
            parsed.GetResult(options.Mode) is { Implicit: false }
                ? parsed.GetValue(options.Mode)
                : file?.Text("mode") ?? parsed.GetValue(options.Mode)
        );
        var mock = Flag(options.Mock, "HERETIX_MOCK", "mock");
        var auto = Flag(options.Auto, null, "auto");
        var k = Number(options.K, null, "K");
        var r = Number(options.R, null, "R");
        if (auto && (parsed.GetValue(options.K) is not null || parsed.GetValue(options.R) is not null))
            throw new UserErrorException("--auto chooses K and R itself: leave --k and --r out", ExitCode.Usage);
        var models = List(options.Model, "RPL_MODEL", "models", "model", "logical_model");
        var versions = List(options.PromptVersion, "RPL_PROMPT_VERSION", "prompt_versions", "prompt_version");
        var promptsFile = parsed.GetValue(options.PromptsFile)?.FullName ?? file?.Text("prompts_file");
        var template = new MeasurementRequest
        {
            Claim = "",
            Model = "",
            PromptVersion = "",
            Provider = parsed.GetValue(options.Provider) ?? file?.Text("provider"),
            BaseUrl = Address(),
            K = auto ? 8 : k ?? 8,
            R = auto ? 2 : r ?? 2,
            T = Number(options.T, null, "T"),
            B = Number(options.B, null, "B") ?? 5000,
            Seed = Seed(),
            MaxOutputTokens = Number(options.MaxOutputTokens, null, "max_output_tokens") ?? 1024,
            MaxPromptChars = PromptCap(),
            NoCache = Flag(options.NoCache, "HERETIX_RPL_NO_CACHE", "no_cache"),
            Mock = mock,
            Auto = auto,
        };
        return new MeasurementSettings
        {
            Claim = (claim is null ? null : parsed.GetValue(claim)) ?? file?.Text("claim"),
            Models = models.Count > 0 ? models : ["gpt-5"],
            PromptVersions = versions.Count > 0 ? versions : [DefaultBank],
            PromptsFile = promptsFile,
            Template = template,
            CostLimit = Positive(
                "--cost-limit",
                parsed.GetValue(options.CostLimit) ?? around.Amount("HERETIX_COST_LIMIT") ?? file?.Amount("cost_limit")
            ),
            Concurrency = Lanes(Number(options.Concurrency, "HERETIX_RPL_CONCURRENCY", "concurrency") ?? 8),
            MockBehaviour = mock ? Behaviour(options, parsed) : null,
            ResultCacheTime = TimeSpan.FromSeconds(around.Integer("HERETIX_CACHE_TTL") ?? 0),
            Store = StoreLocation.Read(options.Store, parsed, around, mock),
        };

        bool Flag(Option<bool> option, string? variable, string key) =>
            parsed.GetResult(option) is { Implicit: false }
                ? parsed.GetValue(option)
                : (variable is null ? null : around.Flag(variable)) ?? file?.Flag(key) ?? false;

        int? Number(Option<int?> option, string? variable, string key) =>
            parsed.GetValue(option) ?? (variable is null ? null : around.Integer(variable)) ?? file?.Integer(key);

        IReadOnlyList<string> List(Option<string[]> option, string variable, params ReadOnlySpan<string> keys)
        {
            if (parsed.GetValue(option) is { Length: > 0 } given)
                return Distinct(given);
            if (around.Text(variable) is { } fromEnvironment)
                return [fromEnvironment];
            foreach (var key in keys)
            {
                if (file?.Texts(key) is { Count: > 0 } fromFile)
                    return Distinct(fromFile);
            }
            return [];
        }

        SeedChoice? Seed()
        {
            if (parsed.GetValue(options.Seed) is { } text)
                return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed)
                    ? new SeedChoice(seed, "cfg")
                    : throw new UserErrorException(
                        $"--seed takes a whole number from 0 to {ulong.MaxValue}, not '{text}'",
                        ExitCode.Usage
                    );
            if (around.Unsigned("HERETIX_RPL_SEED") is { } fromEnvironment)
                return new SeedChoice(fromEnvironment, "env");
            return file?.Unsigned("seed") is { } fromFile ? new SeedChoice(fromFile, "cfg") : null;
        }

        int? PromptCap()
        {
            if (parsed.GetValue(options.MaxPromptChars) is { } given)
                return given;
            return file?.IsExplicitNull("max_prompt_chars") == true
                ? null
                : file?.Integer("max_prompt_chars") ?? PromptBank.DefaultMaxPromptChars;
        }

        Uri? Address()
        {
            if ((parsed.GetValue(options.BaseUrl) ?? file?.Text("base_url")) is not { } text)
                return null;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
                throw new UserErrorException(
                    $"--base-url takes an address like http://127.0.0.1:11434, not '{text}'",
                    ExitCode.Usage
                );
            return address;
        }
    }

    /// <summary>The bank that is used when none is named.</summary>
    public const string DefaultBank = "rpl_h1";

    private static MockBehaviour Behaviour(MeasurementOptions options, ParseResult parsed)
    {
        var latency = parsed.GetValue(options.MockLatency) ?? 0;
        var rate = parsed.GetValue(options.MockFail) ?? 0;
        if (latency < 0)
            throw new UserErrorException($"--mock-latency takes milliseconds, not {latency}", ExitCode.Usage);
        if (rate is not (>= 0 and <= 1))
            throw new UserErrorException($"--mock-fail takes a share from 0 to 1, not {rate}", ExitCode.Usage);
        return new MockBehaviour(TimeSpan.FromMilliseconds(latency), rate);
    }

    private static void RefuseOtherLenses(string? mode)
    {
        if (mode?.Equals("web_informed", StringComparison.OrdinalIgnoreCase) == true)
            throw new UserErrorException(
                "the web-informed lens is not available: Heretix measures what a model believes from its weights alone (--mode baseline)"
            );
        if (mode?.Equals("baseline", StringComparison.OrdinalIgnoreCase) != true)
            throw new UserErrorException($"unknown mode '{mode}'; the choice is baseline");
    }

    private static decimal? Positive(string name, decimal? value) =>
        value is < 0 ? throw new UserErrorException($"{name} cannot be negative (got {value})") : value;

    private static int Lanes(int value) =>
        value is < 1 or > 1024 ? throw new UserErrorException($"--concurrency takes 1 to 1024, not {value}") : value;

    private static IReadOnlyList<string> Distinct(IEnumerable<string> texts) =>
        [.. texts.Select(text => text.Trim()).Where(text => text.Length > 0).Distinct()];
}
