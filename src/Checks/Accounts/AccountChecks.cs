using System.Text.Json;
using System.Text.Json.Nodes;
using Heretix.Checks.History;
using Heretix.Checks.Run;
using Heretix.Platform.Modules;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Checks.Accounts;

/// <summary>What becomes of a user's checks when the account is exported or erased.</summary>
internal static class AccountChecks
{
    /// <summary>Every check with its whole result, oldest first; null when there is none.</summary>
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
        return checks.Count == 0 ? null : checks;
    }

    /// <summary>
    /// The checks go; what is left of the requests says that somebody asked, not who. Answers and cached results name
    /// nobody and stay.
    /// </summary>
    public static async Task EraseAsync(AccountEvent erase, CancellationToken cancellationToken)
    {
        await erase.Db.Set<Check>().Where(check => check.UserId == erase.UserId).ExecuteDeleteAsync(cancellationToken);
        await erase
            .Db.Set<CheckRequest>()
            .Where(request => request.UserId == erase.UserId)
            .ExecuteUpdateAsync(set => set.SetProperty(request => request.UserId, (Guid?)null), cancellationToken);
    }
}
