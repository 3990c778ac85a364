using System.CommandLine;
using System.Globalization;
using Heretix.Billing.Ledger.Audit;
using Heretix.Platform.Database;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix audit ledger</c>: adds the books up again from their postings. Exit code 1 when something differs.</summary>
internal static class AuditVerb
{
    public static Command Create(CommonOptions options, TextWriter output)
    {
        var ledger = new Command("ledger", "Add the coin ledger up again from its postings and name every difference");
        ledger.SetAction(
            (parsed, stop) =>
                OperatorVerb.RunAsync(
                    parsed,
                    options,
                    (server, token) => RunAsync(server.App.Services, output, token),
                    stop
                )
        );
        return new Command("audit", "Prove what the database keeps from what it was made of") { ledger };
    }

    private static async Task<int> RunAsync(IServiceProvider services, TextWriter output, CancellationToken stop)
    {
        await using var db = services.GetRequiredService<DatabaseConnections>().OpenUnpooled();
        var report = await services.GetRequiredService<LedgerAudit>().AuditAsync(db, stop);
        await output.WriteLineAsync(
            Text($"{report.Accounts} accounts, {report.Transfers} transfers, {report.Owing} accounts owe coins")
        );
        if (report.Totals.Count > 0)
            await TextTable.WriteAsync(
                output,
                ["ACCOUNT", "SUM"],
                [
                    .. report.Totals.Select(total => (string[])[total.Account, Text($"{total.Sum}")]),
                    ["together", Text($"{report.Totals.Sum(total => total.Sum)}")],
                ]
            );
        foreach (var kind in report.Differences.GroupBy(found => (found.Kind, found.Meaning)))
        {
            await output.WriteLineAsync();
            await output.WriteLineAsync($"{kind.Key.Kind}: {kind.Key.Meaning}");
            foreach (var found in kind)
                await output.WriteLineAsync($"  {found.Subject}: stored {found.Stored}, computed {found.Computed}");
        }
        if (report.Differences.Count > 0)
            await output.WriteLineAsync();
        await output.WriteLineAsync(
            report.Differences.Count switch
            {
                0 => "everything adds up",
                1 => "1 difference",
                var count => Text($"{count} differences"),
            }
        );
        return report.Differences.Count == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
