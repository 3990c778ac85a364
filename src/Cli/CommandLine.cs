using System.CommandLine;
using System.CommandLine.Parsing;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Cli.Verbs;

namespace Heretix.Cli;

/// <summary>The command line as a whole.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, Surroundings around)
    {
        var root = new RootCommand(
            "Measure what a language model believes about a claim, and how sure one can be of the figure."
        )
        {
            RunVerb.Create(around),
            BatchVerb.Create(around),
            DescribeVerb.Create(around),
            EstimateVerb.Create(around),
            ReportVerb.Create(around),
            RunsVerb.Create(around),
            SweepVerb.Create(around),
            CacheVerb.Create(around),
            ExportVerb.Create(around),
            QueryVerb.Create(around),
            ModelsVerb.Create(around),
            CompareVerb.Create(around),
            MonitorVerb.Create(around),
            EvalVerb.Create(around),
        };
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
