using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Heretix.Platform.Jobs;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix jobs</c>: what is queued, running and failed; retry and cancel.</summary>
internal static class JobsVerb
{
    public static Command Create(CommonOptions options, TextWriter output)
    {
        var list = List(options, output);
        var jobs = new Command("jobs", "Show what is queued, running and failed; retry or cancel it")
        {
            list,
            Retry(options, output),
            Cancel(options, output),
        };
        jobs.SetAction((parsed, stop) => ListAsync(parsed, options, output, json: false, limit: 100, stop));
        return jobs;
    }

    private static Command List(CommonOptions options, TextWriter output)
    {
        var json = new Option<bool>("--json") { Description = "Print a JSON array" };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many of each state (default 100)",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
        };
        limit.Validators.Add(result =>
        {
            // What is no number at all is said by the parser; asking for its value here would throw.
            if (
                result.Tokens is [{ Value: var text }]
                && int.TryParse(text, CultureInfo.InvariantCulture, out var n)
                && n < 1
            )
                result.AddError("--limit must be at least 1");
        });
        var list = new Command("list", "List jobs that run, wait, are stuck, failed or recur") { json, limit };
        list.SetAction(
            (parsed, stop) => ListAsync(parsed, options, output, parsed.GetValue(json), parsed.GetValue(limit), stop)
        );
        return list;
    }

    private static Command Retry(CommonOptions options, TextWriter output)
    {
        var kind = new Argument<string>("KIND") { Description = "Kind of job, as the list shows it" };
        var name = new Argument<string?>("NAME")
        {
            Description = "One job; all failed ones of the kind when left out",
            DefaultValueFactory = _ => null,
        };
        var retry = new Command("retry", "Queue failed jobs again and free stuck ones") { kind, name };
        retry.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        var count = await server
                            .App.Services.GetRequiredService<JobsAdmin>()
                            .RetryAsync(parsed.GetValue(kind)!, parsed.GetValue(name), token);
                        await output.WriteLineAsync(
                            count == 1 ? "1 job is queued again" : $"{count} jobs are queued again"
                        );
                        return count == 0 && parsed.GetValue(name) is not null
                            ? throw new UserErrorException("no such job has failed; see `heretix jobs list`")
                            : ExitCode.Ok;
                    },
                    stop
                )
        );
        return retry;
    }

    private static Command Cancel(CommonOptions options, TextWriter output)
    {
        var kind = new Argument<string>("KIND") { Description = "Kind of job, as the list shows it" };
        var name = new Argument<string>("NAME") { Description = "The job" };
        var cancel = new Command("cancel", "Take a job out of the queue, or tell it to stop") { kind, name };
        cancel.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        var came = await server
                            .App.Services.GetRequiredService<JobsAdmin>()
                            .CancelAsync(parsed.GetValue(kind)!, parsed.GetValue(name)!, token);
                        await output.WriteLineAsync(
                            came switch
                            {
                                JobCancellation.Removed => "taken out of the queue",
                                JobCancellation.Stopping => "told to stop; it will not be tried again",
                                _ => throw new UserErrorException(
                                    "no such job is queued or running; see `heretix jobs list`"
                                ),
                            }
                        );
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return cancel;
    }

    private static Task<int> ListAsync(
        ParseResult parsed,
        CommonOptions options,
        TextWriter output,
        bool json,
        int limit,
        CancellationToken stop
    ) =>
        OperatorVerb.RunAsync(
            parsed,
            options,
            async (server, token) =>
            {
                var entries = await server.App.Services.GetRequiredService<JobsAdmin>().ListAsync(limit, token);
                if (json)
                    await output.WriteLineAsync(
                        JsonSerializer.Serialize(entries, JobListJson.Default.IReadOnlyListJobEntry)
                    );
                else
                    await TextTable.WriteAsync(output, JobEntry.Headings, entries.Select(entry => entry.Cells()));
                return ExitCode.Ok;
            },
            stop
        );
}
