using Heretix.Platform.PrivatePostgres;

namespace Heretix.Tests.Integration.PrivatePostgres;

/// <summary>When it cannot start, the error says why and what to do.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ClusterRefusalTests : ClusterTest
{
    [Fact]
    public async Task Without_an_installed_PostgreSQL_the_error_says_how_to_get_one()
    {
        var refused = await RefusedAsync(options => options with { BinaryFolders = [Parent] });
        refused.ShouldContain("apt-get install postgresql");
        refused.ShouldContain("DATABASE_URL");
    }

    [Fact]
    public async Task Data_of_another_major_version_are_explained()
    {
        await using (var cluster = await StartAsync())
            Runs(cluster.ProcessId).ShouldBeTrue();
        await File.WriteAllTextAsync(Path.Combine(DataFolder, "postgres", "data", "PG_VERSION"), "13\n", Stop);
        var refused = await RefusedAsync();
        refused.ShouldContain("was written by PostgreSQL 13");
        refused.ShouldContain("apt-get install postgresql-13");
    }

    [Fact]
    public async Task A_folder_that_somebody_else_keeps_locked_is_named()
    {
        await using (var cluster = await StartAsync())
            Runs(cluster.ProcessId).ShouldBeTrue();
        var file = Path.Combine(DataFolder, "postgres", "start.lock");
        await using var other = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var refused = await RefusedAsync(options => options with { LockWait = TimeSpan.FromMilliseconds(100) });
        refused.ShouldContain(file);
        refused.ShouldContain("--data");
    }

    [Fact]
    public async Task A_postmaster_that_ends_at_once_shows_the_end_of_its_log()
    {
        await using (var cluster = await StartAsync())
            Runs(cluster.ProcessId).ShouldBeTrue();
        await File.AppendAllTextAsync(
            Path.Combine(DataFolder, "postgres", "data", "postgresql.conf"),
            "no_such_setting = 1\n",
            Stop
        );
        var refused = await RefusedAsync();
        refused.ShouldContain("did not start");
        refused.ShouldContain("unrecognized configuration parameter \"no_such_setting\"");
    }

    private async Task<string> RefusedAsync(Func<PrivateClusterOptions, PrivateClusterOptions>? change = null) =>
        (await Should.ThrowAsync<PrivatePostgresException>(() => StartAsync(change))).Message;
}
