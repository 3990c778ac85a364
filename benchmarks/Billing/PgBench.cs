using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Heretix.Billing.Ledger;
using Heretix.Platform.Database;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Benchmarks.Billing;

/// <summary>
/// pgbench with the statements of a debit, word for word, prepared. Values that our code makes (ids, key, time) the
/// database makes here, and the user is computed from pgbench's random number.
/// </summary>
internal sealed partial class PgBench
{
    private readonly string script;
    private readonly Npgsql.NpgsqlConnectionStringBuilder server;

    private PgBench(string script, Npgsql.NpgsqlConnectionStringBuilder server) =>
        (this.script, this.server) = (script, server);

    public static Guid UserOf(int number) =>
        Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{number:D12}"));

    public static async Task<PgBench> OfAsync(string address, int accounts)
    {
        const string User = "('00000000-0000-4000-8000-' || lpad((:n)::text, 12, '0'))::uuid";
        var file = Path.Combine(Path.GetTempPath(), $"heretix-debit-{Environment.ProcessId}.sql");
        string[] values =
        [
            "gen_random_uuid()",
            "'insight_unlock'::text",
            "'unlock:' || gen_random_uuid()",
            "-1",
            "now()",
            "'Unlock'",
            "null",
            "'unlocks'",
            User,
            "null",
            "null",
            "null",
        ];
        var move = Place()
            .Replace(
                CoinStatements.Move,
                place => values[int.Parse(place.Groups[1].Value, CultureInfo.InvariantCulture) - 1]
            );
        await File.WriteAllTextAsync(
            file,
            $"""
            \set n random(1, {accounts})
            begin;
            {CoinStatements.LockOfUser.Replace("$1", User, StringComparison.Ordinal)};
            {move};
            commit;
            """
        );
        return new PgBench(file, DatabaseAddress.ToConnectionString(address));
    }

    /// <summary>Transactions a second.</summary>
    public async Task<double> RunAsync(int connections, int seconds)
    {
        var start = new ProcessStartInfo(
            ServerBinaries.Postgres("pgbench"),
            [
                "-n",
                "-M",
                "prepared",
                "-c",
                $"{connections}",
                "-j",
                "2",
                "-T",
                $"{seconds}",
                "-f",
                script,
                "-h",
                server.Host!,
                "-p",
                $"{server.Port}",
                "-U",
                server.Username!,
                server.Database!,
            ]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // As the connections of the server plan.
        start.Environment["PGOPTIONS"] = "-c enable_seqscan=off -c jit=off";
        if (server.Password is { } password)
            start.Environment["PGPASSWORD"] = password;
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        var figure = Tps().Match(output);
        return process.ExitCode == 0 && figure.Success
            ? double.Parse(figure.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench failed: {await errors}");
    }

    [GeneratedRegex(@"\$(\d+)")]
    private static partial Regex Place();

    [GeneratedRegex(@"tps = ([\d.]+) \(without")]
    private static partial Regex Tps();
}
