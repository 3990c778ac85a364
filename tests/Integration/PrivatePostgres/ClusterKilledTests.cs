using Heretix.Platform.PrivatePostgres;
using Npgsql;

namespace Heretix.Tests.Integration.PrivatePostgres;

/// <summary>Whatever is killed, no row is lost and the next start works.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ClusterKilledTests : ClusterTest
{
    [Fact]
    public async Task A_cluster_left_by_a_killed_process_is_taken_over_and_stopped_in_the_end()
    {
        await using (var cluster = await StartAsync())
            await WriteRowsAsync(cluster);
        using var user = await ClusterUser.StartAsync(DataFolder);
        await user.KillAsync();

        int adopted;
        await using (var cluster = await StartAsync())
        {
            cluster.WasRunning.ShouldBeTrue();
            adopted = cluster.ProcessId;
            (await RowsAsync(cluster)).ShouldBe(1000);
        }
        Runs(adopted).ShouldBeFalse();
    }

    [Fact]
    public async Task A_cluster_whose_socket_is_gone_is_ended_and_started_again()
    {
        await using (var cluster = await StartAsync())
            await WriteRowsAsync(cluster);
        using var user = await ClusterUser.StartAsync(DataFolder);
        await user.KillAsync();
        File.Delete(Path.Combine(DataFolder, "postgres", "s", ".s.PGSQL.5432"));

        await using var again = await StartAsync(options => options with { StartWait = TimeSpan.FromSeconds(1) });
        (await RowsAsync(again)).ShouldBe(1000);
    }

    [Fact]
    public async Task A_killed_postmaster_comes_back_with_every_row()
    {
        await using var cluster = await StartAsync();
        await WriteRowsAsync(cluster);
        var killed = cluster.ProcessId;
        await KillAsync(killed);
        await UntilItAnswersAsync(cluster);
        cluster.ProcessId.ShouldNotBe(killed);
        (await RowsAsync(cluster)).ShouldBe(1000);
    }

    [Fact]
    public async Task A_postmaster_that_another_process_started_comes_back_too()
    {
        using var user = await ClusterUser.StartAsync(DataFolder);
        await using var cluster = await StartAsync();
        cluster.WasRunning.ShouldBeTrue();
        await WriteRowsAsync(cluster);
        await user.KillAsync();
        await KillAsync(cluster.ProcessId);
        await UntilItAnswersAsync(cluster);
        (await RowsAsync(cluster)).ShouldBe(1000);
    }

    [Fact]
    public async Task Both_killed_at_once_leave_nothing_that_keeps_the_next_start_from_working()
    {
        await using (var cluster = await StartAsync())
            await WriteRowsAsync(cluster);
        using var user = await ClusterUser.StartAsync(DataFolder);
        var postmaster = int.Parse(
            (await File.ReadAllLinesAsync(Path.Combine(DataFolder, "postgres", "data", "postmaster.pid"), Stop))[0],
            System.Globalization.CultureInfo.InvariantCulture
        );
        await user.KillAsync();
        await KillAsync(postmaster);

        await using var again = await StartAsync();
        again.WasRunning.ShouldBeFalse();
        (await RowsAsync(again)).ShouldBe(1000);
    }

    [Fact]
    public async Task A_process_id_that_went_to_another_process_does_not_keep_it_from_starting()
    {
        string left;
        await using (var cluster = await StartAsync())
        {
            await WriteRowsAsync(cluster);
            left = await File.ReadAllTextAsync(Path.Combine(cluster.Folder, "data", "postmaster.pid"), Stop);
        }
        // As after a restart of a container, where the same small numbers are given out again.
        var lines = left.Split('\n');
        lines[0] = $"{Environment.ProcessId}";
        await File.WriteAllTextAsync(
            Path.Combine(DataFolder, "postgres", "data", "postmaster.pid"),
            string.Join('\n', lines),
            Stop
        );
        await using var again = await StartAsync();
        (await RowsAsync(again)).ShouldBe(1000);
    }

    [Fact]
    public async Task A_first_start_that_was_cancelled_leaves_nothing_running_and_nothing_half_made()
    {
        using var impatient = new CancellationTokenSource();
        await Should.ThrowAsync<OperationCanceledException>(() =>
            PrivateCluster.StartAsync(
                new PrivateClusterOptions(DataFolder, _ => impatient.CancelAfter(50)),
                impatient.Token
            )
        );
        Directory.Exists(Path.Combine(DataFolder, "postgres", "data")).ShouldBeFalse();
        await using var cluster = await StartAsync();
        (await AskAsync<int>(cluster, "select 1")).ShouldBe(1);
    }

    [Fact]
    public async Task A_postmaster_whose_file_is_gone_ends_with_the_last_user_all_the_same()
    {
        var cluster = await StartAsync();
        File.Delete(Path.Combine(cluster.Folder, "data", "postmaster.pid"));
        await cluster.DisposeAsync();
        Runs(cluster.ProcessId).ShouldBeFalse();
    }

    private static async Task UntilItAnswersAsync(PrivateCluster cluster)
    {
        while (true)
        {
            try
            {
                await AskAsync<int>(cluster, "select 1");
                return;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(10, Stop);
            }
        }
    }
}
