using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx cache</c>: what later measurements may reuse, and how to withdraw it from reuse.</summary>
internal static class CacheVerb
{
    public const string Examples = """
        hx cache
        hx cache show --json --db runs/heretix.sqlite
        hx cache clear --samples --model gpt-5
        hx cache clear --results --samples --yes --mock
        """;

    public static Command Create(Surroundings around)
    {
        var store = new StoreSelection();
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var show = new Command("show", "Count the samples and results that may be reused") { json };
        var verb = new VerbCommand("cache", "Show or clear what later measurements may reuse", Examples) { json };
        foreach (var shows in (Command[])[verb, show])
        {
            store.AddTo(shows);
            shows.SetAction((parsed, _) => Verb.RunAsync(around, () => ShowAsync(store, parsed, json, around)));
        }
        verb.Subcommands.Add(show);
        verb.Subcommands.Add(CacheClearVerb.Create(around));
        return verb;
    }

    private static async Task<int> ShowAsync(
        StoreSelection selection,
        ParseResult parsed,
        Option<bool> json,
        Surroundings around
    )
    {
        await using var store = selection.Open(parsed, around);
        var (contents, models) = (store.Cache.Contents(), store.Cache.ByModel());
        if (parsed.GetValue(json))
            await around.Out.WriteLineAsync(CacheJson.Of(store.Path, contents, models));
        else
            CacheText.Write(store.Path, contents, models, around.Out);
        return ExitCode.Ok;
    }
}
