using System.CommandLine;
using System.CommandLine.Parsing;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Cli.Verbs;

namespace Heretix.Cli;

/// <summary>The command line as a whole.</summary>
internal static class CommandLine
{
    private static readonly List<(string Name, Func<Surroundings, Command> Create)> Verbs =
    [
        ("run", RunVerb.Create),
        ("batch", BatchVerb.Create),
        ("describe", DescribeVerb.Create),
        ("estimate", EstimateVerb.Create),
        ("report", ReportVerb.Create),
        ("runs", RunsVerb.Create),
        ("sweep", SweepVerb.Create),
        ("compare", CompareVerb.Create),
        ("monitor", MonitorVerb.Create),
        ("eval", EvalVerb.Create),
        ("cache", CacheVerb.Create),
        ("models", ModelsVerb.Create),
        ("export", ExportVerb.Create),
        ("query", QueryVerb.Create),
        ("chat", ChatVerb.Create),
    ];

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings around)
    {
        var root = new RootCommand(
            "Measure what a language model believes about a claim, and how sure one can be of the figure."
        );
        // Only the verb that is called is put together; all of them for the overview and for anything unknown.
        var called = Verbs.Where(verb => arguments.Count > 0 && verb.Name == arguments[0]).ToList();
        foreach (var (_, create) in called.Count > 0 ? called : Verbs)
            root.Subcommands.Add(create(around));
        HelpExamples.AddTo(root);
        // A claim may begin with @, which would name a file of further arguments.
        var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await around.Error.WriteLineAsync("hx: " + error.Message);
            await around.Error.WriteLineAsync($"hx: see `hx {Path(parsed)}--help`");
            return ExitCode.Usage;
        }
        return await parsed.InvokeAsync(
            new InvocationConfiguration
            {
                Output = around.Out,
                Error = around.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            }
        );
    }

    /// <summary>The verb and what is below it, each with a space behind.</summary>
    private static string Path(ParseResult parsed)
    {
        var path = "";
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult verb; at = at.Parent)
        {
            if (verb.Command is not RootCommand)
                path = verb.Command.Name + " " + path;
        }
        return path;
    }
}
