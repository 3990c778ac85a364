using Heretix.Platform.Database;
using Microsoft.EntityFrameworkCore;
using Quartz;

namespace Heretix.Tests.Integration.Jobs;

/// <summary>Quartz's tables in a database that EF made, out of the statements that Quartz itself carries.</summary>
internal static class QuartzTables
{
    public static async Task CreateAsync(HeretixDb db)
    {
        await using var script = typeof(IScheduler).Assembly.GetManifestResourceStream(
            "Quartz.Impl.AdoJobStore.Schema.create_postgres.sql"
        )!;
        using var reader = new StreamReader(script);
        var text = await reader.ReadToEndAsync();
        await db.Database.OpenConnectionAsync();
        await using var command = db.Database.GetDbConnection().CreateCommand();
        // A second server on the database finds them in use.
        command.CommandText = "select to_regclass('jobs.qrtz_job_details') is not null";
        if (await command.ExecuteScalarAsync() is true)
            return;
        command.CommandText = string.Join(
            ";\n",
            text.Split("\n--;;\n").Select(part => string.Format(null, part, "jobs.qrtz_", "qrtz_").Trim().TrimEnd(';'))
        );
        await command.ExecuteNonQueryAsync();
        await db.Database.CloseConnectionAsync();
    }
}
