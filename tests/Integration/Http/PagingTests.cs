using System.Text.Json.Nodes;
using Heretix.Platform.Database;
using Heretix.Platform.Http.Idempotency;
using Heretix.Platform.Http.Paging;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Tests.Integration.Http;

/// <summary>A list that is read page by page gives every row once, also while rows arrive.</summary>
public sealed class PagingTests(PagingTests.List list) : IClassFixture<PagingTests.List>
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A server with a list of 57 rows, most of them made in the same instants.</summary>
    public sealed class List(PostgresCluster postgres) : IAsyncLifetime
    {
        public const int Rows = 57;
        private HeretixHost host = null!;

        public HttpClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            host = await HeretixHost.StartAsync(
                postgres.Url(await postgres.CreateDatabaseAsync()),
                routes: routes =>
                {
                    routes.MapGet("/api/test/keys", ListAsync);
                    routes.MapGet("/api/test/others", (string cursor) => Start(cursor));
                }
            );
            Client = host.Client();
            await AddAsync("old", Enumerable.Range(0, Rows).Select(i => Noon.AddSeconds(i / 10)));
        }

        public async Task AddAsync(string caller, IEnumerable<DateTimeOffset> times)
        {
            await using var db = host.OpenDb();
            db.AddRange(
                times.Select(
                    (time, i) =>
                        new IdempotencyKey
                        {
                            Caller = caller,
                            Key = $"{i:000}",
                            Route = "GET /",
                            BodySha256 = new byte[32],
                            Attempt = Guid.NewGuid(),
                            LockedUntil = time,
                            CreatedAt = time,
                            // Rows that are over would be swept away.
                            ExpiresAt = time.AddYears(100),
                        }
                )
            );
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        private static async Task<IResult> ListAsync(
            [AsParameters] PageQuery query,
            IDbContextFactory<HeretixDb> database,
            CancellationToken cancellationToken
        )
        {
            if (query.Read("keys", out var page) is { } problem)
                return problem;
            await using var db = await database.CreateDbContextAsync(cancellationToken);
            return TypedResults.Ok(
                await page.ReadAsync(
                    db.Set<IdempotencyKey>(),
                    row => new Cursor(row.CreatedAt, row.Attempt),
                    row => new { name = $"{row.Caller} {row.Key}", row.CreatedAt },
                    cancellationToken
                )
            );
        }

        private static IResult Start(string cursor) =>
            new PageQuery(null, cursor).Read("others", out _) is { } problem ? problem : TypedResults.Ok();

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await host.DisposeAsync();
        }
    }

    private async Task<JsonObject> PageAsync(string query)
    {
        using var answer = await list.Client.GetAsync(
            ("/api/test/keys" + query).Relative(),
            TestContext.Current.CancellationToken
        );
        answer.EnsureSuccessStatusCode();
        return await answer.JsonAsync();
    }

    [Fact]
    public async Task All_pages_together_hold_every_row_once_newest_first_also_while_rows_arrive()
    {
        var names = new List<string>();
        var times = new List<string>();
        string? cursor = null;
        do
        {
            var page = await PageAsync($"?limit=7{(cursor is null ? "" : "&cursor=" + cursor)}");
            names.AddRange(page["items"]!.AsArray().Select(item => (string)item!["name"]!));
            times.AddRange(page["items"]!.AsArray().Select(item => (string)item!["created_at"]!));
            cursor = (string?)page["next_cursor"];
            await list.AddAsync("new" + names.Count, [Noon.AddDays(1)]);
        } while (cursor is not null);
        names.Count(name => name.StartsWith("old", StringComparison.Ordinal)).ShouldBe(List.Rows);
        names.ShouldBeUnique();
        times.ShouldBe(times.OrderDescending(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_page_holds_twenty_rows_unless_the_caller_says()
    {
        (await PageAsync(""))["items"]!.AsArray().Count.ShouldBe(20);
        var whole = await PageAsync("?limit=100");
        whole["items"]!.AsArray().Count.ShouldBeGreaterThanOrEqualTo(List.Rows);
        whole.ContainsKey("next_cursor").ShouldBeTrue();
        whole["next_cursor"].ShouldBeNull();
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=101")]
    [InlineData("?limit=-5")]
    [InlineData("?limit=many")]
    public async Task A_limit_out_of_range_is_refused(string query)
    {
        using var answer = await list.Client.GetAsync(
            ("/api/test/keys" + query).Relative(),
            TestContext.Current.CancellationToken
        );
        var problem = await answer.ProblemAsync(422, "validation_failed");
        problem["errors"]!["limit"].ShouldNotBeNull();
    }

    [Fact]
    public async Task A_cursor_that_was_altered_or_belongs_to_another_list_is_refused()
    {
        var cursor = (string)(await PageAsync("?limit=3"))["next_cursor"]!;
        cursor.ShouldMatch("^[A-Za-z0-9_-]+$");
        foreach (
            var wrong in (string[])
                [
                    cursor[..^1],
                    cursor + "A",
                    (cursor[0] == 'A' ? 'B' : 'A') + cursor[1..],
                    cursor[..20] + (cursor[20] == 'A' ? 'B' : 'A') + cursor[21..],
                    "x",
                    "%00",
                    "",
                ]
        )
        {
            using var answer = await list.Client.GetAsync(
                $"/api/test/keys?cursor={wrong}".Relative(),
                TestContext.Current.CancellationToken
            );
            await answer.ProblemAsync(400, "invalid_cursor");
        }
        using var elsewhere = await list.Client.GetAsync(
            $"/api/test/others?cursor={cursor}".Relative(),
            TestContext.Current.CancellationToken
        );
        await elsewhere.ProblemAsync(400, "invalid_cursor");
    }
}
