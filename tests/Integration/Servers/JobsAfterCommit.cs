using Heretix.Accounts.MagicLink;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Servers;

/// <summary>
/// Does jobs in this process, once the transaction that queued them has committed, and never when it was rolled back.
/// </summary>
internal sealed class JobsAfterCommit(IServiceProvider services) : IJobQueue
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    public async Task EnqueueAsync<TArguments>(
        HeretixDb db,
        string kind,
        string name,
        TArguments arguments,
        TimeSpan? delay = null,
        CancellationToken cancellationToken = default
    )
    {
        if (db.Database.CurrentTransaction is null)
            throw new InvalidOperationException("no transaction is open");
        var id = (
            await db
                .Database.SqlQuery<string>($"select pg_current_xact_id()::text as \"Value\"")
                .ToListAsync(cancellationToken)
        )[0];
        var handler = (object)arguments! switch
        {
            LinkMail => (IJobHandler<TArguments>)(object)services.GetRequiredService<LinkMailJob>(),
            _ => throw new InvalidOperationException($"no handler for jobs of the kind {kind}"),
        };
        _ = Task.Run(() => RunAsync(id, kind, name, handler, arguments), CancellationToken.None);
    }

    private async Task RunAsync<TArguments>(
        string transaction,
        string kind,
        string name,
        IJobHandler<TArguments> handler,
        TArguments arguments
    )
    {
        var databases = services.GetRequiredService<IDbContextFactory<HeretixDb>>();
        for (; ; await Task.Delay(Pause))
        {
            await using var db = await databases.CreateDbContextAsync();
            var status = await db
                .Database.SqlQuery<string>($"select pg_xact_status({transaction}::xid8) as \"Value\"")
                .ToListAsync();
            if (status[0] == "aborted")
                return;
            if (status[0] == "committed")
                break;
        }
        await handler.RunAsync(arguments, new JobRun(kind, name, 1, databases.CreateDbContext), CancellationToken.None);
    }
}
