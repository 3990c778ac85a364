using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Store;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx cache clear</c>: forgets finished results, and withdraws samples from reuse without deleting them.</summary>
internal static class CacheClearVerb
{
    public const string Examples = """
        hx cache clear --samples --model gpt-5
        hx cache clear --results --samples --yes --mock
        """;

    public static Command Create(Surroundings around)
    {
        var selection = new StoreSelection();
        var results = new Option<bool>("--results")
        {
            Description = "Forget finished results that are kept for a time",
        };
        var samples = new Option<bool>("--samples")
        {
            Description = "Withdraw samples from reuse; history and reports still show them",
        };
        var model = new Option<string?>("--model", "-m") { Description = "Only samples of this model", HelpName = "M" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        var verb = new VerbCommand("clear", "Let later measurements ask anew", Examples)
        {
            results,
            samples,
            model,
            yes,
        };
        selection.AddTo(verb);
        verb.SetAction(
            (parsed, _) =>
                Verb.RunAsync(
                    around,
                    async () =>
                    {
                        var what = What(parsed.GetValue(results), parsed.GetValue(samples), parsed.GetValue(model));
                        if (!parsed.GetValue(yes) && !around.InputIsTerminal)
                            throw new UserErrorException("clearing needs --yes where nobody can be asked");
                        await using var store = selection.Open(parsed, around);
                        return await ClearAsync(store, what, parsed.GetValue(yes), around);
                    }
                )
        );
        return verb;
    }

    private static Clearing What(bool results, bool samples, string? model)
    {
        if (!results && !samples)
            throw new UserErrorException("say what to clear: --results, --samples or both", ExitCode.Usage);
        if (model is not null && !samples)
            throw new UserErrorException(
                "--model chooses among samples: add --samples (results are cleared whole)",
                ExitCode.Usage
            );
        if (model is not null && string.IsNullOrWhiteSpace(model))
            throw new UserErrorException("--model takes the name of a model", ExitCode.Usage);
        return new Clearing(results, samples, model?.Trim());
    }

    private static async Task<int> ClearAsync(ResearchStore store, Clearing what, bool sure, Surroundings around)
    {
        var results = what.Results ? store.Cache.Contents().Results : 0;
        var samples = what.Samples ? store.Cache.RetirableSamples(what.Model) : 0;
        if (what.Model is not null && samples == 0)
            RequireModel(store, what.Model);
        if (results + samples == 0)
        {
            await around.Out.WriteLineAsync("nothing to clear");
            return ExitCode.Ok;
        }
        if (!sure && !await AgreedAsync(what.Question(results, samples, store.Path), around))
        {
            await around.Error.WriteLineAsync("hx: nothing was cleared");
            return ExitCode.Failed;
        }
        if (what.Results)
            await around.Out.WriteLineAsync(Say.Text($"{await store.Cache.ClearResultsAsync()} results forgotten"));
        if (what.Samples)
            await around.Out.WriteLineAsync(
                Say.Text(
                    $"{await store.Cache.RetireSamplesAsync(what.Model)} samples withdrawn from reuse; history still shows them"
                )
            );
        return ExitCode.Ok;
    }

    /// <summary>A mistyped model must not look like one without samples.</summary>
    private static void RequireModel(ResearchStore store, string model)
    {
        var lines = store.Runs.List(new ExecutionFilter());
        if (store.Runs.List(new ExecutionFilter(Model: model, Limit: 1)).Count > 0)
            return;
        string[] models = [.. lines.Select(line => line.Model).Distinct().Order(StringComparer.Ordinal)];
        throw new UserErrorException(
            $"no samples of '{model}' in {store.Path}"
                + (models.Length == 0 ? ", which is empty" : Suggestion.For(model, models))
        );
    }

    private static async Task<bool> AgreedAsync(string question, Surroundings around)
    {
        await around.Error.WriteAsync(question + " [y/N] ");
        await around.Error.FlushAsync();
        return (await around.In.ReadLineAsync())?.Trim().ToLowerInvariant() is "y" or "yes";
    }

    private sealed record Clearing(bool Results, bool Samples, string? Model)
    {
        public string Question(long results, long samples, string store)
        {
            string[] parts =
            [
                .. Results ? [Say.Text($"forget {results} results")] : Array.Empty<string>(),
                .. Samples
                    ?
                    [
                        Say.Text($"withdraw {samples} samples")
                            + (Model is null ? "" : $" of {Model}")
                            + " from reuse, so that they are asked and paid anew",
                    ]
                    : Array.Empty<string>(),
            ];
            return $"{store}: {string.Join(" and ", parts)}?";
        }
    }
}
