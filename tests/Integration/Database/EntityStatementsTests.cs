using Heretix.Checks.Run;
using Heretix.Platform.Database;
using Heretix.Tests.Integration.Servers;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Heretix.Tests.Integration.Database;

/// <summary>Rows that are written by statements of our own are the rows that EF reads.</summary>
public sealed class EntityStatementsTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_comes_back_as_it_was_written_with_and_without_values()
    {
        await using var host = await HeretixHost.StartAsync(postgres.Url(await postgres.CreateDatabaseAsync()));
        await using var db = host.OpenDb();
        await db.Database.OpenConnectionAsync(Stop);
        var (bare, full) = (Row(), Full());
        await ExecuteAsync(db, EntityStatements.Insert(db, bare), EntityStatements.Insert(db, full));
        (await db.Set<Check>().AsNoTracking().SingleAsync(check => check.Id == bare.Id, Stop)).ShouldBeEquivalentTo(
            bare
        );
        (await db.Set<Check>().AsNoTracking().SingleAsync(check => check.Id == full.Id, Stop)).ShouldBeEquivalentTo(
            full
        );
    }

    [Fact]
    public async Task A_row_is_changed_only_while_it_is_as_expected()
    {
        await using var host = await HeretixHost.StartAsync(postgres.Url(await postgres.CreateDatabaseAsync()));
        await using var db = host.OpenDb();
        await db.Database.OpenConnectionAsync(Stop);
        var row = Row();
        await ExecuteAsync(db, EntityStatements.Insert(db, row));
        var failed = row.Copy();
        (failed.Status, failed.Failure) = (Check.Failed, "interrupted");

        var other = EntityStatements.Update(db, failed, ("status", Check.Running), ("owner", Guid.NewGuid()));
        await ExecuteAsync(db, other);
        other.RecordsAffected.ShouldBe(0);
        var own = EntityStatements.Update(db, failed, ("status", Check.Running), ("owner", null));
        await ExecuteAsync(db, own);
        own.RecordsAffected.ShouldBe(1);
        var twice = EntityStatements.Update(db, failed, ("status", Check.Running));
        await ExecuteAsync(db, twice);
        twice.RecordsAffected.ShouldBe(0);
        (await db.Set<Check>().AsNoTracking().SingleAsync(Stop)).ShouldBeEquivalentTo(failed);
    }

    [Fact]
    public async Task What_is_no_entity_is_refused()
    {
        await using var host = await HeretixHost.StartAsync(postgres.Url(await postgres.CreateDatabaseAsync()));
        await using var db = host.OpenDb();
        Should.Throw<ArgumentException>(() => EntityStatements.Insert(db, "a text"));
    }

    private static async Task ExecuteAsync(HeretixDb db, params NpgsqlBatchCommand[] commands)
    {
        await using var batch = new NpgsqlBatch((NpgsqlConnection)db.Database.GetDbConnection());
        foreach (var command in commands)
            batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(Stop);
    }

    private static Check Row() =>
        new()
        {
            Id = Guid.CreateVersion7(),
            ExecutionId = $"exec-{Guid.NewGuid():N}",
            RunId = "run",
            RequestId = Guid.NewGuid(),
            ResultKey = "key",
            Env = "test",
            Claim = "it's \"quoted\" and 😀",
            ClaimHash = "hash",
            Model = "m",
            LogicalModel = "m",
            Provider = "mock",
            PromptVersion = "v",
            SchemaVersion = "s",
            Mode = "baseline",
            Mock = true,
            ConfigJson = "{}",
            Status = Check.Running,
            CreatedAt = new DateTimeOffset(2026, 3, 14, 9, 26, 53, TimeSpan.Zero),
        };

    private static Check Full()
    {
        var row = Row();
        row.BootstrapSeed = ulong.MaxValue;
        row.ProbTrueRpl = 0.123456789012345678;
        row.CostUsd = 0.000123m;
        row.SampleIds = [1, long.MaxValue];
        row.SamplerJson = """{"T": 4}""";
        row.GateStabilityOk = true;
        row.Pqs = 7;
        row.FinishedAt = row.CreatedAt.AddSeconds(1);
        return row;
    }
}
