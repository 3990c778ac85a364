using System.Diagnostics;
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

    [Theory]
    [InlineData("password.unfinished", false)]
    [InlineData("data/pg_hba.conf", false)]
    [InlineData("data/pg_hba.conf.unfinished", false)]
    [InlineData("start.lock", true)]
    [InlineData("password", true)]
    public async Task Root_writes_through_no_link_that_the_postgres_user_made(string name, bool refused)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root could be led astray");
        await using (var cluster = await StartAsync())
            Runs(cluster.ProcessId).ShouldBeTrue();
        var precious = Path.Combine(Parent, "precious");
        await File.WriteAllTextAsync(precious, "precious", Stop);
        var link = Path.Combine(DataFolder, "postgres", name);
        File.Delete(link);
        File.CreateSymbolicLink(link, precious);
        if (name == "password.unfinished")
            File.Delete(Path.Combine(DataFolder, "postgres", "password"));

        if (refused)
            (await RefusedAsync()).ShouldContain($"{link} is a link to {precious}");
        else
            await using (var again = await StartAsync())
                (await AskAsync<int>(again, "select 1")).ShouldBe(1);
        (await File.ReadAllTextAsync(precious, Stop)).ShouldBe("precious");
        Owner(precious).ShouldBe("root");
    }

    [Fact]
    public async Task A_data_folder_that_is_a_link_is_refused_to_root()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "only root could be led astray");
        await using (var cluster = await StartAsync())
            Runs(cluster.ProcessId).ShouldBeTrue();
        var data = Path.Combine(DataFolder, "postgres", "data");
        Directory.Move(data, Path.Combine(Parent, "moved"));
        Directory.CreateSymbolicLink(data, Path.Combine(Parent, "moved"));
        (await RefusedAsync()).ShouldContain("is a link");
    }

    [Fact]
    public async Task A_link_to_the_whole_folder_was_made_by_its_operator_and_is_followed()
    {
        var elsewhere = Path.Combine(Parent, "large-disk");
        Directory.CreateDirectory(elsewhere);
        Directory.CreateDirectory(DataFolder);
        File.SetUnixFileMode(DataFolder, (UnixFileMode)0b111_101_101);
        Directory.CreateSymbolicLink(Path.Combine(DataFolder, "postgres"), elsewhere);
        await using var cluster = await StartAsync();
        (await AskAsync<int>(cluster, "select 1")).ShouldBe(1);
        File.Exists(Path.Combine(elsewhere, "data", "PG_VERSION")).ShouldBeTrue();
    }

    private static string Owner(string path)
    {
        using var stat = Process.Start(
            new ProcessStartInfo("stat", ["-c", "%U", path]) { RedirectStandardOutput = true }
        )!;
        return stat.StandardOutput.ReadToEnd().Trim();
    }

    private async Task<string> RefusedAsync(Func<PrivateClusterOptions, PrivateClusterOptions>? change = null) =>
        (await Should.ThrowAsync<PrivatePostgresException>(() => StartAsync(change))).Message;
}
