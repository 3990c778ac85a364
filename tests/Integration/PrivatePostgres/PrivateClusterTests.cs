using Heretix.Platform.Database;
using Heretix.Platform.Settings;
using Heretix.Server;
using Npgsql;

namespace Heretix.Tests.Integration.PrivatePostgres;

/// <summary>The server's own PostgreSQL starts, is shared and stops.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class PrivateClusterTests : ClusterTest
{
    [Fact]
    public async Task Rows_are_there_again_at_the_second_start()
    {
        int first;
        await using (var cluster = await StartAsync())
        {
            await WriteRowsAsync(cluster);
            first = cluster.ProcessId;
            Runs(first).ShouldBeTrue();
        }
        Runs(first).ShouldBeFalse();
        await using var again = await StartAsync();
        again.WasRunning.ShouldBeFalse();
        (await RowsAsync(again)).ShouldBe(1000);
    }

    [Fact]
    public async Task Nobody_can_connect_over_tcp_and_only_its_owner_can_enter_its_folder()
    {
        await using var cluster = await StartAsync();
        (await AskAsync<string>(cluster, "show listen_addresses")).ShouldBeEmpty();
        (await AskAsync<long>(cluster, "select count(*) from pg_hba_file_rules where type <> 'local'")).ShouldBe(0);
        (File.GetUnixFileMode(cluster.Folder) & (UnixFileMode)0b000_111_111).ShouldBe(UnixFileMode.None);
        (File.GetUnixFileMode(Path.Combine(cluster.Folder, "s")) & (UnixFileMode)0b000_111_111).ShouldBe(
            UnixFileMode.None
        );
    }

    [Fact]
    public async Task It_does_not_run_as_root()
    {
        await using var cluster = await StartAsync();
        var status = await File.ReadAllLinesAsync($"/proc/{cluster.ProcessId}/status", Stop);
        status.Single(line => line.StartsWith("Uid:", StringComparison.Ordinal)).ShouldNotStartWith("Uid:\t0");
    }

    [Fact]
    public async Task Two_processes_share_it_and_the_last_one_stops_it()
    {
        await using var first = await StartAsync();
        using var second = await ClusterUser.StartAsync(DataFolder);
        await second.LeaveAsync();
        Runs(first.ProcessId).ShouldBeTrue();

        using var third = await ClusterUser.StartAsync(DataFolder);
        await first.DisposeAsync();
        Runs(first.ProcessId).ShouldBeTrue();
        await third.LeaveAsync();
        Runs(first.ProcessId).ShouldBeFalse();
    }

    [Fact]
    public async Task Many_processes_may_start_it_at_once()
    {
        var clusters = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync()));
        clusters.Select(cluster => cluster.ProcessId).Distinct().Count().ShouldBe(1);
        clusters.Count(cluster => !cluster.WasRunning).ShouldBe(1);
        await Task.WhenAll(clusters.Select(cluster => cluster.DisposeAsync().AsTask()));
        Runs(clusters[0].ProcessId).ShouldBeFalse();
    }

    [Fact]
    public async Task A_socket_whose_path_would_be_too_long_asks_for_the_password()
    {
        DataFolder = Path.Combine(DataFolder, new string('d', 90), "deeper");
        await using var cluster = await StartAsync();
        var address = new NpgsqlConnectionStringBuilder(cluster.ConnectionString);
        address.Host.ShouldStartWith("@heretix-");
        (await AskAsync<int>(cluster, "select 1")).ShouldBe(1);

        address.Password = "guessed";
        await using var stranger = new NpgsqlConnection(address.ConnectionString + ";Pooling=false");
        (await Should.ThrowAsync<PostgresException>(() => stranger.OpenAsync(Stop))).SqlState.ShouldBe("28P01");
    }

    [Fact]
    public async Task A_folder_that_the_postgres_user_cannot_reach_is_explained_and_a_system_folder_is_used()
    {
        File.SetUnixFileMode(Parent, (UnixFileMode)0b111_000_000);
        await using (var cluster = await StartAsync())
        {
            await WriteRowsAsync(cluster);
            if (!Environment.IsPrivilegedProcess)
            {
                cluster.Folder.ShouldStartWith(DataFolder);
                return;
            }
            cluster.Folder.ShouldStartWith("/var/lib/heretix/");
            Said.ShouldContain(said => said.Contains($"chmod o+x {Parent}"));
        }
        // Once there, the data stay there, even when the way has been opened.
        File.SetUnixFileMode(Parent, (UnixFileMode)0b111_101_101);
        await using var again = await StartAsync();
        (await RowsAsync(again)).ShouldBe(1000);
    }

    [Fact]
    public async Task A_link_to_the_data_folder_leads_to_the_same_cluster()
    {
        await using var cluster = await StartAsync();
        var folder = DataFolder;
        DataFolder = Path.Combine(Parent, "link");
        File.CreateSymbolicLink(DataFolder, folder);
        await using var linked = await StartAsync();
        linked.ProcessId.ShouldBe(cluster.ProcessId);
    }

    [Fact]
    public async Task A_server_without_an_address_is_given_that_of_its_own_database()
    {
        var settings = new ServerSettings
        {
            DataFolder = DataFolder,
            AppUrl = new Uri("http://127.0.0.1:3000"),
            ApiUrl = new Uri("http://127.0.0.1:8000"),
            Configuration = new ConfigurationBuilder().Build(),
        };
        await using (var prepared = await DatabaseStart.PrepareAsync(settings, Said.Enqueue, Stop))
        {
            await using var migrator = new DatabaseMigrator(prepared.Settings.DatabaseUrl!, HeretixServer.Modules);
            await migrator.EnsureCurrentAsync(settings, Said.Enqueue, Stop);
            (await AskAsync<long>(prepared.Private!, "select count(*) from accounts.users")).ShouldBe(0);
        }
        await using var elsewhere = await DatabaseStart.PrepareAsync(
            settings with
            {
                DatabaseUrl = "postgres://elsewhere/heretix",
            },
            Said.Enqueue,
            Stop
        );
        elsewhere.Private.ShouldBeNull();
        await Should.ThrowAsync<FormatException>(() =>
            DatabaseStart.PrepareAsync(settings with { DatabaseUrl = "nonsense" }, Said.Enqueue, Stop)
        );
    }
}
