using System.CommandLine;
using System.Text.Json;
using Heretix.Billing.Orders.Operating;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix orders</c>: orders of coins, those that somebody has to look at, and what became of them.</summary>
internal static class OrdersVerb
{
    public static Command Create(CommonOptions options, TextWriter output) =>
        new("orders", "Show orders of coins, above all those that somebody has to look at")
        {
            List(options, output),
            Show(options, output),
            Clear(options, output),
        };

    private static Command List(CommonOptions options, TextWriter output)
    {
        var flagged = new Option<bool>("--flagged") { Description = "Only those that somebody has to look at" };
        var open = new Option<bool>("--open") { Description = "Only those that are not paid yet and still may be" };
        var limit = new Option<int>("--limit")
        {
            Description = "At most so many, the newest first (default 100)",
            HelpName = "N",
            DefaultValueFactory = _ => 100,
        };
        var json = new Option<bool>("--json") { Description = "Print a JSON array" };
        var list = new Command("list", "List orders, the newest first") { flagged, open, limit, json };
        list.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        var entries = await Archive(server)
                            .ListAsync(
                                parsed.GetValue(flagged),
                                parsed.GetValue(open),
                                Math.Max(1, parsed.GetValue(limit)),
                                token
                            );
                        if (parsed.GetValue(json))
                            await output.WriteLineAsync(
                                JsonSerializer.Serialize(entries, OrderEntryJson.Default.IReadOnlyListOrderEntry)
                            );
                        else
                            await TextTable.WriteAsync(
                                output,
                                OrderEntry.Headings,
                                entries.Select(each => each.Cells())
                            );
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return list;
    }

    private static Command Show(CommonOptions options, TextWriter output)
    {
        var id = Id();
        var show = new Command("show", "Show one order with its refunds and disputes, as JSON") { id };
        show.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        var found = await FindAsync(server, parsed.GetValue(id)!, token);
                        await output.WriteLineAsync(JsonSerializer.Serialize(found, OrderEntryJson.Default.OrderEntry));
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return show;
    }

    private static Command Clear(CommonOptions options, TextWriter output)
    {
        var id = Id();
        var clear = new Command("clear", "Note that a flagged order was looked at; nothing else of it changes") { id };
        clear.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    async (server, token) =>
                    {
                        var found = await FindAsync(server, parsed.GetValue(id)!, token);
                        await output.WriteLineAsync(
                            await Archive(server).ClearAsync(found.Id, token)
                                ? $"no longer flagged: {found.FlagReason}"
                                : "it was not flagged"
                        );
                        return ExitCode.Ok;
                    },
                    stop
                )
        );
        return clear;
    }

    /// <exception cref="UserErrorException">There is none.</exception>
    public static async Task<OrderEntry> FindAsync(PreparedServer server, string id, CancellationToken stop) =>
        await Archive(server).FindAsync(id, stop)
        ?? throw new UserErrorException("there is no such order; see `heretix orders list`");

    public static Argument<string> Id() =>
        new("ORDER") { Description = "The order's id, or the provider's of the order or the payment" };

    private static OrderArchive Archive(PreparedServer server) =>
        server.App.Services.GetRequiredService<OrderArchive>();
}
