using Heretix.Platform.Cache.Resp;
using Heretix.Platform.Database;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;
using static Heretix.Tests.Integration.Platform.RespClientTests;

namespace Heretix.Tests.Integration.Platform;

/// <summary>Two processes on one PostgreSQL and one Redis hear of each other's changes.</summary>
public sealed class AnnouncementTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_change_is_heard_after_the_commit_and_never_after_a_rollback()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var first = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await using var second = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await Heard(first, second);
        await second.Get("user:1", 1);

        await using var db = Open(postgres.ConnectionString(database));
        await using (var transaction = await db.Database.BeginTransactionAsync(Stop))
        {
            await first.Announcements!.AnnounceAsync(db, "user:1", Stop);
            await transaction.RollbackAsync(Stop);
        }
        await Heard(first, second);
        (await second.Get("user:1", 2)).ShouldBe(new Item(1));

        await using (var transaction = await db.Database.BeginTransactionAsync(Stop))
        {
            await first.Announcements!.AnnounceAsync(db, "user:1", Stop);
            (await second.Get("user:1", 3)).ShouldBe(new Item(1));
            await transaction.CommitAsync(Stop);
        }
        await Heard(first, second);
        (await second.Get("user:1", 4)).ShouldBe(new Item(4));
    }

    [Fact]
    public async Task Who_made_the_change_reads_it_as_soon_as_the_commit_has_returned()
    {
        var database = await postgres.CreateDatabaseAsync();
        await postgres.ExecuteAsync(
            database,
            "create table versions (id int primary key, version int not null); insert into versions values (1, 0)"
        );
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var process = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await using var db = Open(postgres.ConnectionString(database));
        await using var reader = Open(postgres.ConnectionString(database));
        for (var version = 1; version <= 30; version++)
        {
            await process.Get("k:1", () => VersionAsync(reader));
            await using (var transaction = await db.Database.BeginTransactionAsync(Stop))
            {
                await db.Database.ExecuteSqlAsync($"update versions set version = {version} where id = 1", Stop);
                await process.Announcements!.AnnounceAsync(db, "k:1", Stop);
                await transaction.CommitAsync(Stop);
            }
            (await process.Get("k:1", () => VersionAsync(reader))).ShouldBe(new Item(version));
        }
    }

    [Fact]
    public async Task A_tag_is_announced_like_a_key()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var first = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await using var second = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await Heard(first, second);
        await second.Get("k:1", 1, tags: ["t"]);
        await using var db = Open(postgres.ConnectionString(database));
        await using (var transaction = await db.Database.BeginTransactionAsync(Stop))
        {
            await first.Announcements!.AnnounceTagAsync(db, "t", Stop);
            await transaction.CommitAsync(Stop);
        }
        await Heard(first, second);
        (await second.Get("k:1", 2, tags: ["t"])).ShouldBe(new Item(2));
    }

    [Fact]
    public async Task A_factory_that_read_before_the_change_stores_nothing_after_it_in_any_process()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var changer = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await using var slow = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await Heard(changer, slow);
        var (reading, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var old = slow.Get(
            "k:1",
            async () =>
            {
                reading.SetResult();
                await release.Task;
                return new Item(1);
            }
        );
        await reading.Task;
        await using var db = Open(postgres.ConnectionString(database));
        await using (var transaction = await db.Database.BeginTransactionAsync(Stop))
        {
            await changer.Announcements!.AnnounceAsync(db, "k:1", Stop);
            await transaction.CommitAsync(Stop);
        }
        await Heard(changer, slow);
        release.SetResult();
        (await old).ShouldBe(new Item(1));
        (await changer.Get("k:1", 2)).ShouldBe(new Item(2));
        // One connection keeps the order: when this is answered, the write before it has been done.
        (await changer.Redis.SendAsync("PING")).Kind.ShouldBe(RespKind.Status);
        (await slow.Get("k:1", 3)).ShouldBe(new Item(2));
    }

    [Fact]
    public async Task Changes_and_readers_in_parallel_leave_no_old_value_in_any_process_or_in_redis()
    {
        var database = await postgres.CreateDatabaseAsync();
        await postgres.ExecuteAsync(
            database,
            "create table versions (id int primary key, version int not null); insert into versions select i, 0 from generate_series(1, 4) i"
        );
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var first = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await using var second = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        CacheProcess[] processes = [first, second];
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var readers = Enumerable
            .Range(0, 4)
            .Select(reader =>
                Task.Run(async () =>
                {
                    await using var db = Open(postgres.ConnectionString(database));
                    for (var i = reader; !enough.IsCancellationRequested; i++)
                    {
                        var id = (i % 4) + 1;
                        await processes[i / 4 % 2].Get($"k:{id}", () => VersionAsync(db, id), memory: i % 3 != 0);
                    }
                })
            )
            .ToArray();
        await using (var db = Open(postgres.ConnectionString(database)))
        {
            for (var change = 0; change < 200; change++)
            {
                await using var transaction = await db.Database.BeginTransactionAsync(Stop);
                await db.Database.ExecuteSqlAsync(
                    $"update versions set version = version + 1 where id = {(change % 4) + 1}",
                    Stop
                );
                await processes[change % 2].Announcements!.AnnounceAsync(db, $"k:{(change % 4) + 1}", Stop);
                await transaction.CommitAsync(Stop);
            }
        }
        await enough.CancelAsync();
        await Task.WhenAll(readers);
        await Heard(first, second);
        for (var id = 1; id <= 4; id++)
        {
            foreach (var process in processes)
                (await process.Get($"k:{id}", -1)).ShouldBeOneOf(new Item(50), new Item(-1));
        }
    }

    [Fact]
    public async Task After_a_time_of_not_hearing_nothing_from_before_is_served()
    {
        await using var cluster = new PostgresCluster();
        var database = await cluster.CreateDatabaseAsync();
        await using var server = new RedisServer();
        await server.StartAsync();
        await using var process = await CacheProcess.StartAsync(server.Url, cluster.ConnectionString(database));
        await process.Get("k:1", 1);
        (await process.Get("k:1", 2)).ShouldBe(new Item(1));
        await cluster.StopAsync();
        await Eventually(() => !process.Listener!.IsConnected);
        await cluster.StartAsync();
        await Eventually(() => process.Listener!.IsConnected);
        (await process.Get("k:1", 3)).ShouldBe(new Item(3));
    }

    [Fact]
    public async Task An_announcement_outside_a_transaction_is_refused()
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var server = new RedisServer();
        await using var process = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await using var db = Open(postgres.ConnectionString(database));
        (
            await Should.ThrowAsync<InvalidOperationException>(() =>
                process.Announcements!.AnnounceAsync(db, "k:1", Stop)
            )
        ).Message.ShouldContain("no transaction is open");
        await Should.ThrowAsync<ArgumentException>(() => process.Announcements!.AnnounceTagAsync(db, "*", Stop));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("key:")]
    [InlineData("key:0123:user:1")]
    [InlineData("key:zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz:user:1")]
    public async Task A_payload_that_nobody_of_us_sent_changes_nothing(string payload)
    {
        var database = await postgres.CreateDatabaseAsync();
        await using var server = new RedisServer();
        await using var process = await CacheProcess.StartAsync(server.Url, postgres.ConnectionString(database));
        await Heard(process);
        await process.Get("user:1", 1);
        process.Announcements!.Hear(payload);
        (await process.Get("user:1", 2)).ShouldBe(new Item(1));
    }

    /// <summary>Everything that was committed until now has been heard, because a later announcement has.</summary>
    private async Task Heard(params CacheProcess[] processes)
    {
        foreach (var process in processes)
        {
            var heard = false;
            var name = $"marker_{Guid.CreateVersion7():N}";
            using var subscription = process.Listener!.Subscribe(name, payload => heard |= payload == "now");
            while (!heard)
            {
                await using var db = Open(DatabaseOf(process));
                await db.Database.ExecuteSqlAsync($"select pg_notify({name}, 'now')", Stop);
                await Task.Delay(5, Stop);
            }
        }
    }

    private static string DatabaseOf(CacheProcess process) => process.Database!;

    private static async Task<Item?> VersionAsync(HeretixDb db, int id = 1) =>
        new(
            await db
                .Database.SqlQuery<int>($"select version as \"Value\" from versions where id = {id}")
                .SingleAsync(Stop)
        );

    private static HeretixDb Open(string connectionString) =>
        new(new DbContextOptionsBuilder<HeretixDb>().UseNpgsql(connectionString).Options, new ModelParts([]));
}
