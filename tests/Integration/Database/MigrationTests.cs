using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Heretix.Server;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Database;

/// <summary>Databases are brought to what the program needs, and strange ones are left alone.</summary>
public sealed class MigrationTests(PostgresCluster postgres)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_empty_database_gets_every_table()
    {
        var database = await postgres.CreateEmptyDatabaseAsync();
        var said = new List<string>();
        await using (var migrator = Migrator(database))
        {
            (await migrator.StatusAsync(Stop)).Applied.ShouldBeEmpty();
            var applied = await migrator.MigrateAsync(said.Add, Stop);
            applied.ShouldBe(said.Count);
            (await migrator.MigrateAsync(said.Add, Stop)).ShouldBe(0);
            var status = await migrator.StatusAsync(Stop);
            status.Pending.ShouldBeEmpty();
            status.Applied.Count.ShouldBe(applied);
        }
        said[0].ShouldContain("QuartzTables");
        (await CountAsync(database, "information_schema.tables where table_schema = 'accounts'")).ShouldBePositive();
        (
            await CountAsync(
                database,
                "information_schema.tables where table_schema = 'jobs' and table_name ~ '^qrtz_'"
            )
        ).ShouldBe(15);
    }

    [Fact]
    public async Task Migrating_an_empty_database_leaves_no_error_in_the_log_of_the_server()
    {
        using var folder = new TemporaryFolder();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_111_111);
        await using var server = new PostgresCluster
        {
            Settings =
            [
                "logging_collector=on",
                $"log_directory={folder.Path}",
                "log_file_mode=0644",
                "log_min_messages=log",
            ],
        };
        var database = await server.CreateEmptyDatabaseAsync();
        await using (var migrator = new DatabaseMigrator(server.Url(database), HeretixServer.Modules))
            await migrator.EnsureCurrentAsync(Settings("local"), static _ => { }, Stop);
        await server.StopAsync();
        var log = string.Concat(Directory.GetFiles(folder.Path).Select(File.ReadAllText));
        log.ShouldContain("ready to accept connections");
        log.ShouldNotContain("ERROR");
    }

    [Fact]
    public async Task Processes_that_migrate_at_once_apply_each_migration_once()
    {
        var database = await postgres.CreateEmptyDatabaseAsync();
        var applied = await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(async _ =>
                {
                    await using var migrator = Migrator(database);
                    return await migrator.MigrateAsync(static _ => { }, Stop);
                })
        );
        applied.Sum().ShouldBe((int)await CountAsync(database, "jobs.migrations"));
        applied.Count(each => each > 0).ShouldBe(1);
    }

    [Fact]
    public async Task A_newer_database_is_refused_everywhere()
    {
        var database = await postgres.CreateDatabaseAsync();
        await postgres.ExecuteAsync(
            database,
            "create schema if not exists jobs; create table if not exists jobs.migrations (\"MigrationId\" varchar(150) primary key, \"ProductVersion\" varchar(32) not null); insert into jobs.migrations values ('20990101000000_Future', '99')"
        );
        await using var migrator = Migrator(database);
        foreach (
            var attempt in new Func<Task>[]
            {
                () => migrator.MigrateAsync(static _ => { }, Stop),
                () => migrator.EnsureCurrentAsync(Settings("local"), static _ => { }, Stop),
                () => migrator.EnsureCurrentAsync(Settings("prod"), static _ => { }, Stop),
            }
        )
        {
            var said = (await Should.ThrowAsync<DatabaseSchemaException>(attempt)).Message;
            said.ShouldContain("the database is newer than this program");
            said.ShouldContain("20990101000000_Future");
        }
    }

    [Fact]
    public async Task Production_says_which_command_migrates_and_a_local_server_migrates_itself()
    {
        var database = await postgres.CreateEmptyDatabaseAsync();
        await using var migrator = Migrator(database);
        var refused = await Should.ThrowAsync<DatabaseSchemaException>(() =>
            migrator.EnsureCurrentAsync(Settings("prod"), static _ => { }, Stop)
        );
        refused.Message.ShouldContain("heretix migrate");
        (await CountAsync(database, "information_schema.tables where table_schema = 'accounts'")).ShouldBe(0);

        await migrator.EnsureCurrentAsync(Settings("local"), static _ => { }, Stop);
        await migrator.EnsureCurrentAsync(Settings("prod"), static _ => { }, Stop);
    }

    private DatabaseMigrator Migrator(string database) => new(postgres.Url(database), HeretixServer.Modules);

    private Task<long> CountAsync(string database, string from) =>
        postgres.ScalarAsync<long>(database, $"select count(*) from {from}");

    private static ServerSettings Settings(string environment) =>
        new()
        {
            Environment = environment,
            DataFolder = "/nowhere",
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder().Build(),
        };
}
