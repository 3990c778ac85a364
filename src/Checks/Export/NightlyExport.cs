using System.Globalization;
using Heretix.Lake;
using Heretix.Platform.Jobs;
using Heretix.Platform.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Heretix.Checks.Export;

/// <summary>
/// Writes completed checks to the Parquet lake, as <c>hx export checks</c> does. How far it came stands in the lake
/// itself, so a lake that is made anew is filled from the beginning. What was created within two days before is offered
/// again, because it may have been running then; an execution is written once.
/// </summary>
internal sealed class NightlyExport(
    ServerSettings settings,
    IOptions<ChecksOptions> options,
    TimeProvider time,
    ILogger<NightlyExport> log
) : IRecurringJobHandler
{
    /// <summary>Name of the job.</summary>
    public const string Kind = "checks.export";

    /// <summary>When it is done (UTC).</summary>
    public static TimeOnly DailyAt { get; } = new(2, 15);

    private static readonly TimeSpan Overlap = TimeSpan.FromDays(2);

    public async Task RunAsync(JobRun run, CancellationToken stop)
    {
        var root = options.Value.ExportFolder ?? Path.Combine(settings.DataFolder, "exports");
        var mark = Path.Combine(root, ".lake", $"checks-{settings.Environment}.txt");
        var begun = time.GetUtcNow();
        using var lake = new ParquetLake(root);
        await using var db = run.OpenDb();
        await db.Database.OpenConnectionAsync(stop);
        var connection = (NpgsqlConnection)db.Database.GetDbConnection();
        await using var reader = ProductionReader.Over(connection);
        var outcome = await reader.ExportAsync(lake, settings.Environment, await SinceAsync(mark, stop), stop);
        if (outcome.Missing is { } missing)
        {
            // Checks go on without it, and it will be missing tomorrow too: nothing that trying again would mend.
            Log.NotExported(log, missing.Message);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(mark)!);
        await File.WriteAllTextAsync(mark, begun.ToString("O", CultureInfo.InvariantCulture), stop);
        Log.Exported(log, outcome.Written, outcome.Samples, outcome.AlreadyThere);
    }

    /// <summary>Null when nothing, or nothing legible, says how far the last export came.</summary>
    private static async Task<DateTimeOffset?> SinceAsync(string mark, CancellationToken stop) =>
        File.Exists(mark)
        && DateTimeOffset.TryParseExact(
            (await File.ReadAllTextAsync(mark, stop)).Trim(),
            "O",
            CultureInfo.InvariantCulture,
            DateTimeStyles.RoundtripKind,
            out var until
        )
            ? until - Overlap
            : null;
}

internal static partial class Log
{
    [LoggerMessage(
        LogLevel.Information,
        "{Written} checks with {Samples} samples exported, {Known} were there already"
    )]
    public static partial void Exported(ILogger logger, int written, int samples, int known);

    [LoggerMessage(LogLevel.Warning, "No checks are exported to Parquet: {Reason}")]
    public static partial void NotExported(ILogger logger, string reason);
}
