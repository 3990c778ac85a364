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
        await using (var first = await ServerProcess.Launch(Program, data).ReadyAsync(Stop))
        {
            using var visitor = new VirtualUser(first.Address);
            await visitor.SignInAsync("stays@example.org", data, Stop);
            await first.SignalAsync(signal);
            (await first.EndAsync(Stop)).ShouldBe(0, first.Log);
        }
        PostmasterOf(data).ShouldBeNull();

        await using var second = await ServerProcess.Launch(Program, data).ReadyAsync(Stop);
        using var again = new VirtualUser(second.Address);
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
        (await second.EndAsync(Stop)).ShouldNotBe(0);
        second.Log.ShouldContain("choose another address with --urls");
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

    private static async Task<JsonElement> BodyAsync(HttpResponseMessage answer)
    {
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Stop));
        return body.RootElement.Clone();
    }
}
