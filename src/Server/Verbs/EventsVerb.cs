using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Heretix.Billing.Events;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix events</c>: what providers told us and what became of it; handle one again.</summary>
internal static class EventsVerb
{
    public static Command Create(CommonOptions options, TextWriter output) =>
        new("events", "Show what payment providers sent and what became of it; handle an event again")
        {
            List(options, output),
            Show(options, output),
            Replay(options, output),
        };

    private static Command List(CommonOptions options, TextWriter output)
    {
        var source = new Option<string?>("--source")
        {
            Description = "Only of stripe, razorpay or revenuecat",
            HelpName = "NAME",
        };
        var type = new Option<string?>("--type") { Description = "Only of this type", HelpName = "TYPE" };
        var flagged = new Option<bool>("--flagged") { Description = "Only those that somebody has to look at" };
        var since = new Option<string?>("--since")
        {
            Description = "Only those that came on this day (UTC) or later, for example 2027-01-31",
            HelpName = "DATE",
        };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many, the newest first (default 100)",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
        };
        var json = new Option<bool>("--json") { Description = "Print a JSON array" };
        var list = new Command("list", "List events, the newest first") { source, type, flagged, since, limit, json };
        list.SetAction(
            (parsed, stop) =>
            {
                var filter = new EventFilter(
                    parsed.GetValue(source),
                    parsed.GetValue(type),
                    parsed.GetValue(flagged),
                    Day(parsed.GetValue(since)),
                    Math.Max(1, parsed.GetValue(limit))
                );
                return OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        var entries = await Archive(server).ListAsync(filter, token);
                        if (parsed.GetValue(json))
                            await output.WriteLineAsync(
                                JsonSerializer.Serialize(entries, EventEntryJson.Default.IReadOnlyListEventEntry)
                            );
                        else
                            await TextTable.WriteAsync(
                                output,
                                EventEntry.Headings,
                                entries.Select(each => each.Cells())
                            );
                        return ExitCode.Ok;
                    },
                    stop
                );
            }
        );
        return list;
    }

    private static Command Show(CommonOptions options, TextWriter output)
    {
        var id = Id();
        var show = new Command("show", "Show one event with its content, which names a person") { id };
        show.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        if (await Archive(server).FindAsync(parsed.GetValue(id)!, token) is not var (entry, content))
                            throw NoSuchEvent();
                        await output.WriteLineAsync(JsonSerializer.Serialize(entry, EventEntryJson.Default.EventEntry));
                        await output.WriteLineAsync(content ?? "(its content is no longer kept)");
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return show;
    }

    private static Command Replay(CommonOptions options, TextWriter output)
    {
        var id = Id();
        var replay = new Command("replay", "Handle an event again, with its object as the provider has it now") { id };
        replay.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        var done = await Archive(server).ReplayAsync(parsed.GetValue(id)!, token) switch
                        {
                            EventReplay.Done handled => handled,
                            EventReplay.Unknown => throw NoSuchEvent(),
                            EventReplay.ContentGone => throw new UserErrorException(
                                "the content of this event is no longer kept, so it cannot be handled again"
                            ),
                            _ => throw new UserErrorException(
                                "the provider has to be asked and does not answer; try again"
                            ),
                        };
                        await output.WriteLineAsync(
                            done.Detail is { } detail ? $"{done.Outcome}: {detail}" : done.Outcome
                        );
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return replay;
    }

    private static Argument<string> Id() => new("ID") { Description = "The event's id, the provider's or our own" };

    private static EventArchive Archive(PreparedServer server) =>
        server.App.Services.GetRequiredService<EventArchive>();

    private static UserErrorException NoSuchEvent() => new("there is no such event; see `heretix events list`");

    private static DateTimeOffset? Day(string? text) =>
        text is null ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)
        : throw new UserErrorException($"--since: '{text}' is no date of the form 2027-01-31");
}
