using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Lake;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx export checks</c>: the completed checks of a server, read without changing anything there.</summary>
internal static class ExportChecksVerb
{
    public const string Examples = """
        hx export checks --database-url postgres://reader@db.example.org/heretix?sslmode=require
        DATABASE_URL=... hx export checks --since 2026-03-14
        """;

    public static Command Create(Surroundings around)
    {
        var url = new Option<string?>("--database-url")
        {
            Description = "Address of the server's database (default DATABASE_URL)",
            HelpName = "URL",
        };
        var env = new Option<string?>("--env") { Description = "Only this environment", HelpName = "E" };
        var since = new Option<DateTimeOffset?>("--since")
        {
            Description = "Only checks created at this UTC date or time, or later",
            HelpName = "TIME",
            CustomParser = Time,
        };
        var exports = ExportVerb.ExportsOption();
        var verb = new VerbCommand(
            "checks",
            "Write a server's completed checks to Parquet; each execution once, however often this is done",
            Examples
        )
        {
            url,
            env,
            since,
            exports,
        };
        verb.SetAction(
            (parsed, stop) =>
                Stoppable.RunAsync(
                    around,
                    async stopped =>
                    {
                        var address =
                            parsed.GetValue(url)
                            ?? around.Text("DATABASE_URL")
                            ?? throw new UserErrorException(
                                "no database: give --database-url postgres://... or set DATABASE_URL",
                                ExitCode.Usage
                            );
                        var root = StoreLocation.ExportRoot(parsed.GetValue(exports), around);
                        await ExportAsync(around, address, root, parsed.GetValue(env), parsed.GetValue(since), stopped);
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return verb;
    }

    private static async Task ExportAsync(
        Surroundings around,
        string address,
        string root,
        string? env,
        DateTimeOffset? since,
        CancellationToken stop
    )
    {
        await using var reader = await ProductionReader.OpenAsync(address, stop);
        using var lake = new ParquetLake(root);
        var outcome = await reader.ExportAsync(lake, env, since, stop);
        if (outcome.Missing is { } missing)
            throw missing;
        await around.Out.WriteLineAsync(
            outcome.Written == 0
                ? $"nothing new for {root}"
                : $"{Say.Count(outcome.Written, "check")} with {Say.Count(outcome.Samples, "sample")} written to {root} ({Say.Count(outcome.Files.Count, "file")})"
        );
        if (outcome.AlreadyThere > 0)
            await around.Out.WriteLineAsync($"already there: {Say.Count(outcome.AlreadyThere, "check")}");
    }

    private static DateTimeOffset? Time(ArgumentResult argument)
    {
        var text = argument.Tokens[^1].Value;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, utc, out var time))
            return time;
        argument.AddError($"--since takes a date or time like 2026-03-14 or 2026-03-14T09:00:00Z, not '{text}'");
        return null;
    }
}
