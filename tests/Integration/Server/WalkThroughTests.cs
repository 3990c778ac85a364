using System.Diagnostics;
using System.Text.Json;
using Heretix.Tests.Integration.Checks;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Server;

/// <summary>What the documentation tells people to type, typed: the program on its defaults and the real <c>curl</c>.</summary>
public sealed class WalkThroughTests : IDisposable
{
    private readonly string data = OpenFolder.Create("heretix-walk-");
    private readonly TemporaryFolder home = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_check_a_link_out_of_the_outbox_and_the_account_behind_it_with_curl_alone()
    {
        await using var server = await ServerProcess.Launch(ServerVerb.Program, data).ReadyAsync(Stop);
        var api = server.Address.ToString().TrimEnd('/');

        var check = JsonElement.Parse(
            await CurlAsync(
                $"{api}/api/checks/run",
                "-H",
                "content-type: application/json",
                "-d",
                """{"claim": "Tariffs cause inflation", "mock": true}"""
            )
        );
        check.Text("claim").ShouldBe("Tariffs cause inflation");
        check.GetProperty("mock").GetBoolean().ShouldBeTrue();
        check.GetProperty("aggregates").GetProperty("prob_true_rpl").GetDouble().ShouldBeInRange(0, 1);
        check.Text("usage_plan").ShouldBe("anonymous");

        (
            await CurlAsync(
                $"{api}/api/auth/magic-links",
                "-w",
                "%{http_code}",
                "-H",
                "content-type: application/json",
                "-d",
                """{"email": "walker@example.org"}"""
            )
        ).ShouldBe("204");
        var link = await LinkAsync(api);

        (await CurlAsync(link, "-w", "%{http_code} %{redirect_url}", "-o", "/dev/null")).ShouldStartWith("303 http");
        var me = JsonElement.Parse(await CurlAsync($"{api}/api/me"));
        me.GetProperty("authenticated").GetBoolean().ShouldBeTrue();
        me.Text("email").ShouldBe("walker@example.org");
        me.Text("plan").ShouldBe("trial");
        me.GetProperty("checks_used").GetInt32().ShouldBe(0);

        // With the cookies of a session, an unsafe request says where it comes from and that its page may read them.
        var csrf = (await File.ReadAllLinesAsync(home["jar"], Stop))
            .Select(line => line.Split('\t'))
            .Single(fields => fields.Length == 7 && fields[5] == "heretix_csrf")[6];
        var mine = JsonElement.Parse(
            await CurlAsync(
                $"{api}/api/checks/run",
                "-H",
                $"Origin: {api}",
                "-H",
                $"X-CSRF-Token: {csrf}",
                "-H",
                "content-type: application/json",
                "-d",
                """{"claim": "Tariffs cause inflation", "mock": true}"""
            )
        );
        mine.Text("usage_plan").ShouldBe("trial");
        mine.GetProperty("checks_used").GetInt32().ShouldBe(1);
        JsonElement
            .Parse(await CurlAsync($"{api}/api/checks"))
            .GetProperty("items")[0]
            .Text("check_id")
            .ShouldBe(mine.Text("check_id"));
    }

    public void Dispose()
    {
        home.Dispose();
        Directory.Delete(data, recursive: true);
    }

    /// <summary>The link as it stands in the outbox, once the mail is there.</summary>
    private async Task<string> LinkAsync(string api)
    {
        for (var tries = 0; tries < 300; tries++)
        {
            var page = await CurlAsync($"{api}/outbox");
            var begin = page.IndexOf($"{api}/api/auth/callback?token=", StringComparison.Ordinal);
            if (begin >= 0)
                return page[begin..page.IndexOfAny(['"', '<', ' ', '\n'], begin)];
            await Task.Delay(50, Stop);
        }
        throw new TimeoutException("no mail came");
    }

    /// <summary>Runs <c>curl</c> with a cookie jar and gives what it printed.</summary>
    private async Task<string> CurlAsync(string address, params string[] arguments)
    {
        using var curl = Process.Start(
            new ProcessStartInfo(
                ServerBinaries.OnPath("curl"),
                ["-q", "-sS", "--noproxy", "*", "-c", home["jar"], "-b", home["jar"], .. arguments, address]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var errors = curl.StandardError.ReadToEndAsync(Stop);
        var output = await curl.StandardOutput.ReadToEndAsync(Stop);
        await curl.WaitForExitAsync(Stop);
        curl.ExitCode.ShouldBe(0, await errors);
        return output;
    }
}
