using Heretix.Accounts.Users;
using Heretix.Platform.Database;
using Heretix.Platform.Jobs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Leaving.Export;

/// <summary>What there is for who asks for an export that jobs build.</summary>
internal abstract record ExportAnswer
{
    /// <summary>The file, compressed and encrypted.</summary>
    public sealed record File(byte[] Content, DateTimeOffset ReadyAt) : ExportAnswer;

    /// <summary>A job is at it.</summary>
    public sealed record Preparing : ExportAnswer;

    /// <summary>Enough were built within a day.</summary>
    /// <param name="Wait">How long until another one may be.</param>
    public sealed record TooMany(TimeSpan Wait) : ExportAnswer;

    /// <summary>The account was closed while the request was on its way.</summary>
    public sealed record Gone : ExportAnswer;
}

/// <summary>Keeps the exports that jobs build: one at a time for a user, so many a day.</summary>
internal sealed class AccountExports(
    IDbContextFactory<HeretixDb> databases,
    IJobQueue jobs,
    IOptions<AccountsOptions> options,
    TimeProvider time
)
{
    /// <summary>A build that takes longer was lost: its workers died over it until it was given up.</summary>
    private static readonly TimeSpan LongestBuild = TimeSpan.FromHours(1);

    /// <summary>The file, if there is one; otherwise it is being built from now on, at the latest.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="fresh">Do not take a file that is there already.</param>
    public async Task<ExportAnswer> GetAsync(Guid userId, bool fresh, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Requests of one user take turns, also with leaving.
        var status = await db
            .Database.SqlQuery<string>($"select status from accounts.users where id = {userId} for no key update")
            .ToListAsync(cancellationToken);
        if (status is not [User.Active])
            return new ExportAnswer.Gone();
        var now = time.GetUtcNow();
        var exports = db.Set<AccountExport>().AsNoTracking().Where(export => export.UserId == userId);
        await exports
            .Where(export => export.Status == AccountExport.Preparing && export.RequestedAt <= now - LongestBuild)
            .ExecuteUpdateAsync(
                set => set.SetProperty(export => export.Status, AccountExport.Failed),
                cancellationToken
            );
        var answer =
            await FindAsync(exports, fresh, now, cancellationToken)
            ?? await TooManyAsync(exports, now, cancellationToken)
            ?? await BeginAsync(db, userId, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return answer;
    }

    private static async Task<ExportAnswer?> FindAsync(
        IQueryable<AccountExport> exports,
        bool fresh,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (await exports.AnyAsync(export => export.Status == AccountExport.Preparing, cancellationToken))
            return new ExportAnswer.Preparing();
        if (fresh)
            return null;
        return await exports
            .Where(export => export.Status == AccountExport.Ready && export.ExpiresAt > now)
            .OrderByDescending(export => export.RequestedAt)
            .Select(export => new ExportAnswer.File(export.Content!, export.ReadyAt!.Value))
            .FirstOrDefaultAsync(cancellationToken);
    }

    private async Task<ExportAnswer?> TooManyAsync(
        IQueryable<AccountExport> exports,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var day = TimeSpan.FromDays(1);
        var counted = await exports
            .Where(export => export.RequestedAt > now - day)
            .OrderByDescending(export => export.RequestedAt)
            .Select(export => export.RequestedAt)
            .Take(options.Value.ExportsPerDay)
            .ToListAsync(cancellationToken);
        return counted.Count < options.Value.ExportsPerDay ? null : new ExportAnswer.TooMany(counted[^1] + day - now);
    }

    private async Task<ExportAnswer> BeginAsync(
        HeretixDb db,
        Guid userId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var export = new AccountExport
        {
            Id = Guid.CreateVersion7(now),
            UserId = userId,
            Status = AccountExport.Preparing,
            RequestedAt = now,
            ExpiresAt = now.AddDays(1),
        };
        db.Add(export);
        await db.SaveChangesAsync(cancellationToken);
        await jobs.EnqueueAsync(
            db,
            ExportJob.Kind,
            export.Id.ToString("N"),
            new ExportOrder(export.Id),
            cancellationToken: cancellationToken
        );
        return new ExportAnswer.Preparing();
    }
}
