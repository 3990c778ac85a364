using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Heretix.Platform.Pages;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Http;

/// <summary>Pages come from this server alone.</summary>
public sealed partial class PageTests(PageTests.Site site) : IClassFixture<PageTests.Site>
{
    public sealed class Site(PostgresCluster postgres) : IAsyncLifetime
    {
        private HeretixHost host = null!;

        public HttpClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            host = await HeretixHost.StartAsync(
                postgres.Url(await postgres.CreateDatabaseAsync()),
                routes: routes =>
                    routes.MapGet(
                        "/test/page",
                        (string name) => HtmlPage.Render(202, $"Hello {name}", $"<p title=\"{name}\">{name}</p>")
                    )
            );
            Client = host.Client();
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            await host.DisposeAsync();
        }
    }

    private Task<HttpResponseMessage> GetAsync(string address) =>
        site.Client.GetAsync(address.Relative(), TestContext.Current.CancellationToken);

    private static Task<string> TextAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_page_encodes_what_it_is_given_and_allows_only_its_own_style()
    {
        using var answer = await GetAsync("/test/page?name=%3Cscript%3Ealert(1)%3C/script%3E");
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        answer.Header("Content-Type").ShouldBe("text/html; charset=utf-8");
        answer.Header("Cache-Control").ShouldContain("no-store");
        var html = await TextAsync(answer);
        html.ShouldNotContain("<script");
        html.ShouldContain("<h1>Hello &lt;script&gt;");
        html.ShouldContain("<html lang=\"en\">");
        var style = Style().Match(html).Groups[1].Value;
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        var policy = answer.Header("Content-Security-Policy");
        policy.ShouldContain($"style-src 'sha256-{hash}'");
        policy.ShouldContain("default-src 'none'");
        policy.ShouldNotContain("script-src");
        // A form's answer may lead to the web application.
        policy.ShouldContain("form-action 'self' http://127.0.0.1:3000");
    }

    [Fact]
    public async Task The_root_leads_to_the_page_of_the_api()
    {
        using var answer = await GetAsync("/");
        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Header("Location").ShouldBe("/docs");
    }

    [Fact]
    public async Task The_page_of_the_api_names_only_files_of_this_server()
    {
        using var answer = await GetAsync("/docs");
        var html = await TextAsync(answer);
        html.ShouldContain("/openapi/v1.json");
        File.Exists(Path.Combine(AppContext.BaseDirectory, "api-page", "scalar.js"))
            .ShouldBeTrue("./test fetches the page; by hand it is scripts/fetch-api-page and a build");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        html.ShouldNotContain("http");
        var policy = answer.Header("Content-Security-Policy");
        policy.ShouldContain("script-src 'self';");
        policy.ShouldContain("connect-src 'self';");
        policy.ShouldNotContain("http");
        var scripts = Scripts().Matches(html).Select(match => match.Groups[1].Value).ToArray();
        scripts.Length.ShouldBe(2);
        foreach (var script in scripts)
        {
            using var file = await GetAsync(script);
            file.StatusCode.ShouldBe(HttpStatusCode.OK);
            file.Header("Content-Type").ShouldStartWith("text/javascript");
            file.Header("Cache-Control").ShouldContain("immutable");
            using var request = new HttpRequestMessage(HttpMethod.Get, script.Relative());
            request.Headers.TryAddWithoutValidation("If-None-Match", file.Header("ETag"));
            using var again = await site.Client.SendAsync(request, TestContext.Current.CancellationToken);
            again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        }
    }

    [Fact]
    public async Task A_script_with_another_hash_is_not_there()
    {
        using var answer = await GetAsync("/docs/scalar-0000000000000000.js");
        await answer.ProblemAsync(404, "not_found");
    }

    [GeneratedRegex("<style>(.*?)</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("""<script src="(/docs/[^"]+)">""")]
    private static partial Regex Scripts();
}
