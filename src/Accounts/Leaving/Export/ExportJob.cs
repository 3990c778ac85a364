using System.IO.Compression;
using Heretix.Platform.Encryption;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Leaving.Export;

/// <summary>An export to be built.</summary>
/// <param name="Export">Id of its row.</param>
internal sealed record ExportOrder(Guid Export);

/// <summary>
/// Builds an export and keeps it, unless it is there already, was given up, or its user has left: what is built then is
/// thrown away. The file is compressed before it is encrypted, as it cannot be afterwards.
/// </summary>
internal sealed class ExportJob(
    AccountFile file,
    IFieldCipher cipher,
    IOptions<AccountsOptions> options,
    TimeProvider time,
    ILogger<ExportJob> log
) : IJobHandler<ExportOrder>
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "accounts.export";

    /// <inheritdoc />
    public async Task RunAsync(ExportOrder arguments, JobRun run, CancellationToken stop)
    {
        await using var db = run.OpenDb();
        var row = db.Set<AccountExport>()
            .Where(export => export.Id == arguments.Export && export.Status == AccountExport.Preparing);
        try
        {
            if (await row.AsNoTracking().SingleOrDefaultAsync(stop) is not { } export)
                return;
            using var built = new MemoryStream();
            await using (await AccountFile.SnapshotAsync(db, stop))
            await using (var compressed = new GZipStream(built, CompressionLevel.Optimal, leaveOpen: true))
                await file.WriteAsync(compressed, db, export.UserId, stop);
            var content = cipher.Encrypt(built.GetBuffer().AsSpan(0, (int)built.Length), AccountExport.Purpose);
            var now = time.GetUtcNow();
            var kept = await row.ExecuteUpdateAsync(
                set =>
                    set.SetProperty(export => export.Status, AccountExport.Ready)
                        .SetProperty(export => export.Content, content)
                        .SetProperty(export => export.ReadyAt, now)
                        .SetProperty(export => export.ExpiresAt, now.AddHours(options.Value.ExportHours)),
                stop
            );
            if (kept > 0)
                Log.ExportBuilt(log, export.Id, content.Length);
        }
        catch (Exception) when (run.IsLastAttempt && !stop.IsCancellationRequested)
        {
            // Who asks again begins anew, instead of waiting for what nobody builds any more.
            await using var other = run.OpenDb();
            await other
                .Set<AccountExport>()
                .Where(export => export.Id == arguments.Export && export.Status == AccountExport.Preparing)
                .ExecuteUpdateAsync(set => set.SetProperty(export => export.Status, AccountExport.Failed), stop);
            throw;
        }
    }
}
