using System.Text.Json;
using Heretix.Billing.Usage;
using Heretix.Rpl.Results;

namespace Heretix.Checks.Run;

/// <summary>What can be read off the row of a check.</summary>
internal static class CheckRows
{
    public static UsageSubject SubjectOf(Check row) =>
        row.UserId is { } user ? UsageSubject.OfUser(user) : UsageSubject.OfBrowser(row.AnonToken ?? "");

    public static RunResult? ResultOf(Check row) =>
        row.Result is null ? null : JsonSerializer.Deserialize(row.Result, ResultJson.Compact.RunResult);

    public static CheckFailure FailureOf(Check row) =>
        new(
            row.Failure ?? CheckFailure.Unexpected.Code,
            CheckFailure.StatusOf(row.Failure),
            row.FailureDetail ?? CheckFailure.Unexpected.Detail
        );

    public static CheckRequest RequestOf(Check row, string outcome) =>
        new()
        {
            Id = Guid.CreateVersion7(row.CreatedAt),
            CreatedAt = row.CreatedAt,
            RequestId = row.RequestId,
            Mode = row.Mode,
            Env = row.Env,
            UserId = row.UserId,
            AnonToken = row.AnonToken,
            CheckId = row.Id,
            Outcome = outcome,
        };
}
