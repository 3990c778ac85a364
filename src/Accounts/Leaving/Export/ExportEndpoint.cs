using System.Globalization;
using System.IO.Compression;
using Heretix.Accounts.Sessions;
using Heretix.Platform.Database;
using Heretix.Platform.Encryption;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Heretix.Accounts.Leaving.Export;

/// <summary>An export that is not there yet.</summary>
/// <param name="Status"><c>preparing</c>: ask again at the address in Location.</param>
internal sealed record ExportState(string Status);

/// <summary>Taking one's data along.</summary>
internal static class ExportRoutes
{
    private const string Large =
        "A large one is built by a job: 202 until it is there, then the file until its time is over.";

    public static void MapExport(this IEndpointRouteBuilder account)
    {
        account
            .MapGet(
                "/export",
                (ExportEndpoint endpoint, HttpContext context, CancellationToken cancellationToken) =>
                    endpoint.AnswerAsync(fresh: false, context, cancellationToken)
            )
            .WithName("export_account")
            .WithSummary("Everything that is held on the signed-in user, as one JSON file.")
            .WithDescription(Large)
            .AnswersExport();
        account
            .MapPost(
                "/export",
                (ExportEndpoint endpoint, HttpContext context, CancellationToken cancellationToken) =>
                    endpoint.AnswerAsync(fresh: true, context, cancellationToken)
            )
            .WithName("renew_account_export")
            .WithSummary("The same as of now, not as of when the last large one was built.")
            .WithDescription(Large)
            .AnswersExport();
    }

    private static void AnswersExport(this RouteHandlerBuilder endpoint) =>
        endpoint
            .Produces(StatusCodes.Status200OK, contentType: "application/json")
            .Produces<ExportState>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .RequireUser()
            .OpenBeforeEnrolment();
}

/// <summary>
/// Answers with the file at once when it is small, and otherwise with what a job has built. A file is complete before its
/// first byte leaves: a slow reader must not hold one of the few connections, nor a failure leave half a file.
/// </summary>
internal sealed class ExportEndpoint(
    IDbContextFactory<HeretixDb> databases,
    AccountFile file,
    AccountExports exports,
    IFieldCipher cipher,
    IOptions<AccountsOptions> options,
    TimeProvider time
)
{
    private static readonly SemaphoreSlim Turn = new(1);

    public async Task<IResult> AnswerAsync(bool fresh, HttpContext context, CancellationToken cancellationToken)
    {
        var user = context.RequiredUserId();
        if (await SmallAsync(user, cancellationToken) is { } small)
            return TypedResults.Stream(small, "application/json", NameAt(time.GetUtcNow()));
        switch (await exports.GetAsync(user, fresh, cancellationToken))
        {
            case ExportAnswer.File built:
                var compressed = cipher.Decrypt(built.Content, AccountExport.Purpose);
                return TypedResults.Stream(
                    new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress),
                    "application/json",
                    NameAt(built.ReadyAt)
                );
            case ExportAnswer.Preparing:
                context.Response.Headers.RetryAfter = "2";
                return TypedResults.Accepted("/api/account/export", new ExportState(AccountExport.Preparing));
            case ExportAnswer.TooMany tooMany:
                var wait = Math.Max(1, (int)Math.Ceiling(tooMany.Wait.TotalSeconds));
                context.Response.Headers.RetryAfter = wait.ToString(CultureInfo.InvariantCulture);
                return Problem.Of(
                    StatusCodes.Status429TooManyRequests,
                    "rate_limited",
                    $"At most {options.Value.ExportsPerDay} exports are built within a day. Try again in {wait} seconds.",
                    ("retry_after", wait)
                );
            default:
                return Problem.SignInRequired();
        }
    }

    /// <summary>The file, when it has few enough rows to be read by a request.</summary>
    private async Task<MemoryStream?> SmallAsync(Guid user, CancellationToken cancellationToken)
    {
        // One at a time: a file is whole in memory.
        await Turn.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(user, cancellationToken);
        }
        finally
        {
            Turn.Release();
        }
    }

    private async Task<MemoryStream?> ReadAsync(Guid user, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var snapshot = await AccountFile.SnapshotAsync(db, cancellationToken);
        if (await file.CountAsync(db, user, cancellationToken) > options.Value.ExportRows)
            return null;
        var written = new MemoryStream();
        await file.WriteAsync(written, db, user, cancellationToken);
        written.Position = 0;
        return written;
    }

    private static string NameAt(DateTimeOffset time) =>
        string.Create(CultureInfo.InvariantCulture, $"heretix-account-{time.UtcDateTime:yyyyMMdd}.json");
}
