using Heretix.Accounts.Browsers;
using Heretix.Checks.Run;
using Heretix.Platform.Database;
using Heretix.Platform.Http;
using Heretix.Platform.Http.Paging;
using Heretix.Rpl.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Checks.History;

/// <summary>
/// The caller's own checks: a user's by the account, a browser's by its cookie. What belongs to somebody else does not
/// exist.
/// </summary>
internal sealed class HistoryEndpoints(
    IDbContextFactory<HeretixDb> databases,
    IBrowserIdentity browsers,
    RunningChecks running,
    TimeProvider time
)
{
    /// <summary><c>GET /api/checks</c></summary>
    public async Task<IResult> ListAsync(HttpContext context, PageQuery page, HistoryQuery query)
    {
        if (page.Read("checks", out var start) is { } misplaced)
            return misplaced;
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(context.RequestAborted);
        if (query.Read(Own(db, context), now, out var chosen) is { } problem)
            return problem;
        var found = await start.ReadAsync(
            chosen,
            check => new Cursor(check.CreatedAt, check.Id),
            check => HistoryItem.Of(MarkedWhenLost(check, now)),
            context.RequestAborted
        );
        return TypedResults.Json(found, ChecksJson.Wire.PageHistoryItem);
    }

    /// <summary><c>GET /api/checks/{id}</c></summary>
    public async Task<IResult> ShowAsync(HttpContext context, Guid id)
    {
        await using var db = await databases.CreateDbContextAsync(context.RequestAborted);
        var row = await Own(db, context).FirstOrDefaultAsync(check => check.Id == id, context.RequestAborted);
        if (row is null)
            return Problem.NotFound("check");
        var samples = await StoredAnswers.OfAsync(db, row, context.RequestAborted);
        MarkedWhenLost(row, time.GetUtcNow());
        return TypedResults.Json(
            new CheckDetail(
                row.Id,
                row.Status,
                HistoryItem.Of(row),
                row.Status == Check.Failed ? new FailurePart(row.Failure!, row.FailureDetail!) : null,
                row.Status == Check.Running ? ProgressOf(row, samples) : null,
                CheckRows.ResultOf(row) is { } result ? CheckBodies.Of(row, result) : null,
                StoredAnswers.ByTemplate(samples, row.ExecutionId)
            ),
            ChecksJson.Wire.CheckDetail
        );
    }

    /// <summary>
    /// Exact in the process that runs the check. Elsewhere what it has paid for so far is all that is seen: answers that
    /// were there already, and those of a check that it joined, come in with the result.
    /// </summary>
    private ProgressPart ProgressOf(Check row, IReadOnlyList<Sample> own) =>
        running.Find(row.Id)?.Progress is { } progress
            ? new ProgressPart(progress.Done, progress.Total, progress.Valid)
            : new ProgressPart(own.Count, row.K * row.R, own.Count(sample => sample.Valid));

    /// <summary>
    /// <c>DELETE /api/checks/{id}</c>: the check goes, the answers stay, since later checks reuse them and they name
    /// nobody. What is running is paid for and has to end first.
    /// </summary>
    public async Task<IResult> DeleteAsync(HttpContext context, Guid id)
    {
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(context.RequestAborted);
        var own = Own(db, context).Where(check => check.Id == id);
        await using var transaction = await db.Database.BeginTransactionAsync(context.RequestAborted);
        var deleted = await own.Where(check => check.Status != Check.Running || check.LeaseUntil < now)
            .ExecuteDeleteAsync(context.RequestAborted);
        if (deleted > 0)
        {
            // Of a check whose process died, the sweep has nothing left to find; its reservation expires by itself.
            await db.Set<CheckRequest>()
                .Where(request => request.CheckId == id && request.Outcome == Check.Running)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(request => request.Outcome, CheckFailure.Interrupted.Code),
                    context.RequestAborted
                );
            await transaction.CommitAsync(context.RequestAborted);
            return TypedResults.NoContent();
        }
        return await own.AnyAsync(context.RequestAborted)
            ? Problem.Of(409, "check_running", "The check is still running; delete it when it has ended.")
            : Problem.NotFound("check");
    }

    private IQueryable<Check> Own(HeretixDb db, HttpContext context)
    {
        var checks = db.Set<Check>().AsNoTracking();
        if (context.Caller().UserId is { } user)
            return checks.Where(check => check.UserId == user);
        var browser = browsers.TokenHash(context);
        return checks.Where(check => check.AnonToken == browser);
    }

    /// <summary>What the sweep will store of a check whose process has died.</summary>
    private static Check MarkedWhenLost(Check row, DateTimeOffset now)
    {
        if (row.Status == Check.Running && row.LeaseUntil < now)
            CheckFigures.Fail(row, CheckFailure.Interrupted, row.LeaseUntil.Value);
        return row;
    }
}
