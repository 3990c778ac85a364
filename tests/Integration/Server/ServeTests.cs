using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Heretix.Tests.Integration.Load;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Server;

/// <summary>The program as people start it: private PostgreSQL, its own data folder, real signals.</summary>
public sealed class ServeTests : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "heretix.dll");
    private readonly string data = OpenFolder.Create("heretix-serve-");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newcomer_checks_a_claim_signs_in_by_link_and_is_greeted_by_name()
    {
        await using var server = await ServerProcess.Launch(Program, data).ReadyAsync(Stop);
        using var visitor = new VirtualUser(server.Address);

        using var check = await visitor.SendAsync(
            HttpMethod.Post,
            "/api/checks/run",
            new { claim = "Tariffs cause inflation", mock = true },
            cancellationToken: Stop
        );
        var result = await BodyAsync(check);
        check.StatusCode.ShouldBe(HttpStatusCode.OK, result.ToString());
        result.GetProperty("mock").GetBoolean().ShouldBeTrue();
        result.GetProperty("aggregates").GetProperty("prob_true_rpl").GetDouble().ShouldBeInRange(0, 1);
        result.GetProperty("remaining").GetInt32().ShouldBe(0);

        using var second = await visitor.SendAsync(
            HttpMethod.Post,
            "/api/checks/run",
            new { claim = "Tariffs cause inflation", mock = true },
            cancellationToken: Stop
        );
        second.StatusCode.ShouldBe(HttpStatusCode.PaymentRequired);
        (await BodyAsync(second)).GetProperty("error").GetString().ShouldBe("require_signin");

        await visitor.SignInAsync("newcomer@example.org", data, Stop);
        using var me = await visitor.SendAsync(HttpMethod.Get, "/api/me", cancellationToken: Stop);
        var account = await BodyAsync(me);
        account.GetProperty("authenticated").GetBoolean().ShouldBeTrue();
        account.GetProperty("email").GetString().ShouldBe("newcomer@example.org");
        account.GetProperty("remaining").GetInt32().ShouldBe(3);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_it_cleanly_and_the_next_start_finds_the_data(string signal)
    {
        VirtualUser visitor;
        await using (var first = await ServerProcess.Launch(Program, data).ReadyAsync(Stop))
        {
            visitor = new VirtualUser(first.Address);
            await visitor.SignInAsync("stays@example.org", data, Stop);
            await first.SignalAsync(signal);
            (await first.EndAsync(Stop)).ShouldBe(0, first.Log);
        }
        PostmasterOf(data).ShouldBeNull();

        await using var second = await ServerProcess.Launch(Program, data).ReadyAsync(Stop);
        using var again = new VirtualUser(second.Address, visitor);
        visitor.Dispose();
        await again.SignInAsync("stays@example.org", data, Stop);
        using var me = await again.SendAsync(HttpMethod.Get, "/api/me", cancellationToken: Stop);
        me.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_killed_server_leaves_a_cluster_that_the_next_one_takes_over()
    {
        var first = await ServerProcess.Launch(Program, data).ReadyAsync(Stop);
        await first.SignalAsync("KILL");
        await first.EndAsync(Stop);
        var orphan = PostmasterOf(data);
        orphan.ShouldNotBeNull();
        await first.DisposeAsync();

        await using (var second = await ServerProcess.Launch(Program, data).ReadyAsync(Stop))
        {
            using var visitor = new VirtualUser(second.Address);
            using var me = await visitor.SendAsync(HttpMethod.Get, "/api/me", cancellationToken: Stop);
            me.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        PostmasterOf(data).ShouldBeNull();
    }

    [Fact]
    public async Task Every_fault_of_a_production_configuration_is_named_at_once()
    {
        await using var server = ServerProcess.Launch(
            Program,
            data,
            new Dictionary<string, string> { ["APP_ENV"] = "prod", ["RPL_ALLOW_MOCK"] = "true" }
        );
        (await server.EndAsync(Stop)).ShouldBe(78);
        foreach (var name in (string[])["DATABASE_URL", "ENCRYPTION_KEY", "APP_URL", "API_URL", "RPL_ALLOW_MOCK"])
            server.Log.ShouldContain(name);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_in_a_sentence()
    {
        await using var first = await ServerProcess.Launch(Program, data).ReadyAsync(Stop);
        await using var second = ServerProcess.Launch(Program, data, null, "--urls", first.Address.ToString());
        (await second.EndAsync(Stop)).ShouldBe(1, second.Log);
        second.Log.ShouldContain("choose another address with --urls");
        second.Log.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task An_address_of_another_machine_is_said_in_a_sentence()
    {
        await using var server = ServerProcess.Launch(Program, data, null, "--urls", "http://192.0.2.1:8000");
        (await server.EndAsync(Stop)).ShouldBe(1, server.Log);
        server.Log.ShouldContain("this machine does not have that address");
        server.Log.ShouldNotContain("   at ");
        PostmasterOf(data).ShouldBeNull();
    }

    [Fact]
    public async Task Every_option_that_is_wrong_is_named_before_anything_is_started()
    {
        await using var server = ServerProcess.Launch(
            Program,
            data,
            new Dictionary<string, string>
            {
                ["Heretix__Platform__CorsOrigins"] = "https://app.example/",
                ["Heretix__Platform__TrustedProxies"] = "10.0.0.0/33",
                ["Heretix__Platform__JobConcurrency"] = "many",
                ["Heretix__Platform__SlowRequest"] = "soon",
                ["Heretix__Platform__MetricSeries"] = "1",
                ["Heretix__Checks__K"] = "99",
                ["Heretix__Limits__api__Permits"] = "0",
                ["SMTP_PORT"] = "465465",
            }
        );
        (await server.EndAsync(Stop)).ShouldBe(78, server.Log);
        string[] wrong =
        [
            "CorsOrigins: 'https://app.example/'",
            "TrustedProxies: '10.0.0.0/33'",
            "JobConcurrency: 'many' is not a whole number",
            "SlowRequest: 'soon' is not a time",
            "MetricSeries",
            "The field K",
            "Heretix:Limits:api:Permits",
            "SMTP_PORT",
        ];
        foreach (var name in wrong)
            server.Log.ShouldContain(name);
        server.Log.ShouldNotContain("   at ");
        Directory.EnumerateFileSystemEntries(data).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Heretix__Platform__CorsOrigins", "https://app.example/")]
    [InlineData("Heretix__Platform__TrustedProxies", "10.0.0.0/33")]
    [InlineData("Heretix__Checks__K", "99")]
    [InlineData("Heretix__Platform__JobConcurrency", "many")]
    [InlineData("Heretix__Platform__JobConcurrency", "0")]
    [InlineData("Heretix__Platform__DrainTimeout", "1.00:00:00")]
    public async Task An_option_that_is_wrong_stops_the_start_in_a_sentence(string name, string value)
    {
        await using var server = ServerProcess.Launch(Program, data, new Dictionary<string, string> { [name] = value });
        (await server.EndAsync(Stop)).ShouldBe(78, server.Log);
        server.Log.ShouldStartWith("heretix: ");
        server.Log.ShouldContain(name.Split("__")[^1]);
        server.Log.ShouldNotContain("   at ");
        Directory.EnumerateFileSystemEntries(data).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_start_that_is_given_up_leaves_no_postgres_behind(string signal)
    {
        await using var server = ServerProcess.Launch(Program, data);
        while (!server.Log.Contains("makes its data folder", StringComparison.Ordinal))
            await Task.Delay(5, Stop);
        await server.SignalAsync(signal);
        (await server.EndAsync(Stop)).ShouldBe(1, server.Log);
        server.Log.ShouldContain("heretix: stopped");
        WorkingIn(data).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("postgres/data/postmaster.pid")]
    [InlineData("postgres/log")]
    public async Task Nor_does_one_that_is_given_up_while_the_cluster_starts(string made)
    {
        await using var server = ServerProcess.Launch(Program, data);
        while (!File.Exists(Path.Combine(data, made)))
            await Task.Delay(1, Stop);
        await server.SignalAsync("INT");
        (await server.EndAsync(Stop)).ShouldBe(1, server.Log);
        WorkingIn(data).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_verb_that_is_interrupted_leaves_no_postgres_behind()
    {
        await using var server = ServerProcess.Launch(Program, data, null, "migrate");
        while (!File.Exists(Path.Combine(data, "postgres", "data", "postmaster.pid")))
            await Task.Delay(1, Stop);
        await server.SignalAsync("INT");
        (await server.EndAsync(Stop)).ShouldBe(1, server.Log);
        WorkingIn(data).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_asks_twice_does_not_wait_for_running_checks()
    {
        await using var server = await ServerProcess
            .Launch(
                Program,
                data,
                new Dictionary<string, string>
                {
                    ["Heretix__Checks__MockLatency"] = "00:00:40",
                    ["Heretix__Checks__DrainTimeout"] = "00:01:00",
                }
            )
            .ReadyAsync(Stop);
        using var visitor = new VirtualUser(server.Address);
        var check = visitor.SendAsync(
            HttpMethod.Post,
            "/api/checks/run",
            new { claim = "Tariffs cause inflation", mock = true },
            cancellationToken: Stop
        );
        await Task.Delay(1000, Stop);
        await server.SignalAsync("INT");
        await Task.Delay(1000, Stop);
        server.HasEnded.ShouldBeFalse(server.Log);
        check.IsCompleted.ShouldBeFalse();

        var asked = Stopwatch.GetTimestamp();
        await server.SignalAsync("INT");
        (await server.EndAsync(Stop)).ShouldBe(130, server.Log);
        Stopwatch.GetElapsedTime(asked).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        await Should.ThrowAsync<HttpRequestException>(() => check);
        // What a kill leaves behind, the next start takes over.
        await using var next = await ServerProcess.Launch(Program, data).ReadyAsync(Stop);
    }

    public void Dispose() => Directory.Delete(data, recursive: true);

    /// <summary>The process id of the postmaster that runs in a data folder, if any.</summary>
    private static int? PostmasterOf(string data)
    {
        foreach (var file in Directory.GetFiles(data, "postmaster.pid", SearchOption.AllDirectories))
        {
            var id = int.Parse(File.ReadLines(file).First(), System.Globalization.CultureInfo.InvariantCulture);
            try
            {
                using var found = Process.GetProcessById(id);
                return id;
            }
            catch (ArgumentException)
            {
                // It has ended; the file is a leftover.
            }
        }
        return null;
    }

    /// <summary>The command lines of processes that were started for a data folder.</summary>
    private static string[] WorkingIn(string data) =>
        [
            .. Directory
                .GetDirectories("/proc")
                .Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit))
                .Select(CommandLineOf)
                .Where(line => line.Contains(data, StringComparison.Ordinal)),
        ];

    private static string CommandLineOf(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline")).Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        return body.RootElement.Clone();
    }
}
