using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Checks.Cache;
using Heretix.Checks.History;
using Heretix.Checks.Run;
using Heretix.Platform.Database;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Checks.Accounts;

/// <summary>What becomes of a user's checks when the account is exported, left or erased.</summary>
internal static class AccountChecks
{
    /// <summary>Rows that make an export large.</summary>
    public static Task<long> CountAsync(AccountEvent export, CancellationToken cancellationToken) =>
        export.Db.Set<Check>().LongCountAsync(check => check.UserId == export.UserId, cancellationToken);

    /// <summary>
    /// Every check with its whole result, and every request with what came of it, oldest first; null when there is none.
    /// </summary>
    public static async Task<object?> ExportAsync(AccountEvent export, CancellationToken cancellationToken)
    {
        var checks = new JsonArray();
        var rows = export
            .Db.Set<Check>()
            .AsNoTracking()
            .Where(check => check.UserId == export.UserId)
            .OrderBy(check => check.CreatedAt)
            .ThenBy(check => check.Id)
            .AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
        {
            var check = JsonSerializer.SerializeToNode(HistoryItem.Of(row), ChecksJson.Wire.HistoryItem)!;
            check["result"] = row.Result is null ? null : JsonNode.Parse(row.Result);
            checks.Add(check);
        }
        var requests = await RequestsAsync(export, cancellationToken);
        return checks.Count == 0 && requests.Count == 0
            ? null
            : new JsonObject { ["checks"] = checks, ["requests"] = requests };
    }

    private static async Task<JsonArray> RequestsAsync(AccountEvent export, CancellationToken cancellationToken)
    {
        var requests = new JsonArray();
        var rows = export
            .Db.Set<CheckRequest>()
            .AsNoTracking()
            .Where(request => request.UserId == export.UserId)
            .OrderBy(request => request.Id)
            .AsAsyncEnumerable();
        await foreach (var row in rows.WithCancellation(cancellationToken))
            requests.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["created_at"] = row.CreatedAt.UtcDateTime,
                        ["request_id"] = row.RequestId,
                        ["check_id"] = row.CheckId,
                        ["mode"] = row.Mode,
                        ["outcome"] = row.Outcome,
                    }
            );
        return requests;
    }

    /// <summary>
    /// Who leaves has no running checks any more. The processes that run them find that out when they are at the end, and
    /// keep what was measured for others; nothing is counted.
    /// </summary>
    public static async Task LeaveAsync(AccountEvent leaving, CancellationToken cancellationToken)
    {
        var now = leaving.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var failure = CheckFailure.AccountClosed;
        var running = leaving
            .Db.Set<Check>()
            .Where(check => check.UserId == leaving.UserId && check.Status == Check.Running);
        await leaving
            .Db.Set<CheckRequest>()
            .Where(request => running.Any(check => check.Id == request.CheckId))
            .ExecuteUpdateAsync(set => set.SetProperty(request => request.Outcome, failure.Code), cancellationToken);
        await running.ExecuteUpdateAsync(
            set =>
                set.SetProperty(check => check.Status, Check.Failed)
                    .SetProperty(check => check.Failure, failure.Code)
                    .SetProperty(check => check.FailureDetail, failure.Detail)
                    .SetProperty(check => check.FinishedAt, now),
            cancellationToken
        );
    }

    /// <summary>
    /// The checks go, and with them the answers and cached results about claims that nobody else has asked about: the text
    /// of a claim may name its author. What others asked too names nobody and stays. What is left of the requests says that
    /// somebody asked, not who.
    /// </summary>
    public static async Task EraseAsync(AccountEvent erase, CancellationToken cancellationToken)
    {
        var db = erase.Db;
        var own = db.Set<Check>()
            .Where(check =>
                check.UserId == erase.UserId
                && !db.Set<Check>().Any(other => other.ClaimHash == check.ClaimHash && other.UserId != erase.UserId)
            );
        var cache = erase.Services.GetRequiredService<ResultCache>();
        foreach (var key in await own.Select(check => check.ResultKey).Distinct().ToListAsync(cancellationToken))
        {
            if (await ForgetAsync(db, key, cancellationToken))
                await cache.AnnounceAsync(db, key);
        }
        await db.Database.ExecuteSqlAsync(
            $"""
            with own as materialized (
                select c.execution_id, c.sample_ids from checks.checks c
                where c.user_id = {erase.UserId} and not exists (
                    select from checks.checks o
                    where o.claim_hash = c.claim_hash and o.user_id is distinct from c.user_id)
            ), paid as (
                select s.id from checks.check_samples s where s.execution_id in (select own.execution_id from own)
            ), used as (
                select unnest(own.sample_ids) as id from own
            )
            delete from checks.check_samples where id in (select id from paid union select id from used)
            """,
            cancellationToken
        );
        await db.Set<Check>().Where(check => check.UserId == erase.UserId).ExecuteDeleteAsync(cancellationToken);
        await db.Set<CheckRequest>()
            .Where(request => request.UserId == erase.UserId)
            .ExecuteUpdateAsync(set => set.SetProperty(request => request.UserId, (Guid?)null), cancellationToken);
    }

    private static async Task<bool> ForgetAsync(HeretixDb db, string key, CancellationToken cancellationToken) =>
        await db.Set<CachedResult>().Where(result => result.ResultKey == key).ExecuteDeleteAsync(cancellationToken) > 0;
}
