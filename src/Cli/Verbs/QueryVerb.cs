using System.CommandLine;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Lake;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx query</c>: asks the Parquet files of all environments and days in SQL.</summary>
internal static class QueryVerb
{
    public const string Examples = """
        hx query "SELECT model, count(*), avg(ci_width) FROM runs GROUP BY model"
        hx query --named widest-intervals --format csv --out widest.csv
        hx query --list
        hx query - --json < question.sql
        """;

    public static Command Create(Surroundings around)
    {
        var options = new QueryOptions();
        var verb = new VerbCommand(
            "query",
            "Ask all exported results a question in SQL, or one of the named ones",
            Examples
        );
        options.AddTo(verb);
        verb.SetAction(
            (parsed, stop) =>
                Stoppable.RunAsync(
                    around,
                    async stopped =>
                    {
                        if (parsed.GetValue(options.List))
                            return await ListAsync(options, parsed, around);
                        var (format, path) = options.Target(parsed);
                        var root = StoreLocation.ExportRoot(parsed.GetValue(options.Exports), around);
                        var sql = await SqlAsync(options, parsed, around, stopped);
                        if (!Directory.Exists(root))
                            await around.Error.WriteLineAsync(
                                $"hx: there are no Parquet files at {root}, so every table is empty; `hx export runs` writes them"
                            );
                        await AnswerAsync(new LakeQuery(root), sql, format, path, root, around, stopped);
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return verb;
    }

    private static async Task AnswerAsync(
        LakeQuery lake,
        string sql,
        QueryFormat format,
        string? path,
        string root,
        Surroundings around,
        CancellationToken stop
    )
    {
        if (path is null)
        {
            await using var output = new ChunkedWriter(around.Out);
            lake.WriteTo(sql, format, output, stop);
            return;
        }
        lake.WriteTo(sql, format, TargetFile.Prepare(path, root), stop);
        await around.Error.WriteLineAsync($"hx: written to {path}");
    }

    private static async Task<string> SqlAsync(
        QueryOptions options,
        ParseResult parsed,
        Surroundings around,
        CancellationToken stop
    )
    {
        var (typed, name) = (parsed.GetValue(options.Sql), parsed.GetValue(options.Named));
        return (typed, name) switch
        {
            (null, null) => throw new UserErrorException(
                "no question: give SQL in quotation marks, - to read it from standard input, --named NAME or --list",
                ExitCode.Usage
            ),
            ({ }, { }) => throw new UserErrorException("give either SQL or --named, not both", ExitCode.Usage),
            ("-", null) => await around.In.ReadToEndAsync(stop),
            (null, { } wanted) => (NamedQuery.Find(wanted) ?? throw Unknown(wanted)).Sql,
            ({ } sql, null) => NamedQuery.Find(sql.Trim())?.Sql ?? sql,
        };
    }

    private static UserErrorException Unknown(string name) =>
        new(
            $"there is no query named '{name}'" + Suggestion.For(name, [.. NamedQuery.All.Select(query => query.Name)])
        );

    private static async Task<int> ListAsync(QueryOptions options, ParseResult parsed, Surroundings around)
    {
        if (parsed.GetValue(options.Sql) is not null || parsed.GetValue(options.Named) is not null)
            throw new UserErrorException("--list stands alone", ExitCode.Usage);
        if (parsed.GetValue(options.Json))
            await around.Out.WriteLineAsync(QueriesJson.Of(NamedQuery.All));
        else
            QueriesText.Write(NamedQuery.All, around.Out);
        return ExitCode.Ok;
    }
}
