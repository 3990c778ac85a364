using Heretix.Accounts.Browsers;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>The flags of every cookie, on a laptop and in production.</summary>
public sealed class CookieTests(ProbedHost accounts) : IClassFixture<ProbedHost>
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("local", "http://127.0.0.1:8000", false)]
    [InlineData("local", "https://api.example.org", true)]
    [InlineData("prod", "https://api.example.org", true)]
    public async Task Cookies_are_out_of_reach_of_scripts_and_neighbours(string environment, string api, bool secure)
    {
        await using var host = await accounts.AnotherAsync(
            settings => settings with { Environment = environment, ApiUrl = new Uri(api) },
            // Production does not start without a key of its own.
            options: new Dictionary<string, string?>
            {
                ["ENCRYPTION_KEY"] = Convert.ToBase64String(
                    System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)
                ),
            }
        );
        var prefix = secure ? "__Host-" : "";
        var flags = $"path=/; {(secure ? "secure; " : "")}samesite=lax";
        using var visitor = host.Visitor();
        visitor.Origin = new Uri(api).GetLeftPart(UriPartial.Authority);
        var email = AccountsHost.NewEmail();

        using var asked = await visitor.Client.PostAsJsonAsync("/api/auth/magic-links", new { email }, Stop);
        Set(asked).ShouldBe([$"{prefix}heretix_link=*; max-age=600; {flags}; httponly"]);
        using var signedIn = await visitor.Client.GetAsync(await host.NextLinkAsync(email), Stop);
        Set(signedIn)
            .ShouldBe([
                $"{prefix}heretix_csrf=*; max-age=2592000; {flags}",
                $"{prefix}heretix_device=*; max-age=34560000; {flags}; httponly",
                $"{prefix}heretix_link=; max-age=0; {flags}; httponly",
                $"{prefix}heretix_session=*; max-age=2592000; {flags}; httponly",
            ]);
        using var probe = await visitor.Client.GetAsync("/probe/402", Stop);
        Set(probe).ShouldBe([$"{prefix}heretix_anon=*; max-age=31536000; {flags}; httponly"]);
        using var signedOut = await visitor.Client.PostAsync("/api/auth/signout", null, Stop);
        Set(signedOut)
            .ShouldBe([
                $"{prefix}heretix_csrf=; max-age=0; {flags}",
                $"{prefix}heretix_session=; max-age=0; {flags}; httponly",
            ]);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(402)]
    [InlineData(500)]
    public async Task A_browser_gets_its_token_whatever_the_answer_and_keeps_it(int status)
    {
        using var visitor = accounts.Host.Visitor();
        using var first = await visitor.Client.GetAsync($"/probe/{status}", Stop);
        ((int)first.StatusCode).ShouldBe(status);
        Set(first).Count.ShouldBe(1);
        var token = visitor.Cookie("heretix_anon")!;
        using var second = await visitor.Client.GetAsync("/probe/200", Stop);
        second.Headers.Contains("Set-Cookie").ShouldBeFalse();
        var hash = await second.Content.ReadAsStringAsync(Stop);
        hash.ShouldBe(Hex(token));
        (await visitor.Client.GetStringAsync("/probe/200", Stop)).ShouldBe(hash);
    }

    [Theory]
    [InlineData("short")]
    [InlineData("=============================================")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB")]
    public async Task A_token_that_the_server_could_not_have_made_is_replaced(string token)
    {
        using var visitor = accounts.Host.Visitor();
        visitor.Plant("heretix_anon", token);
        var hash = await visitor.Client.GetStringAsync("/probe/200", Stop);
        visitor.Cookie("heretix_anon").ShouldNotBe(token);
        hash.ShouldBe(Hex(visitor.Cookie("heretix_anon")!));
    }

    [Fact]
    public async Task Nobody_gets_a_cookie_without_an_endpoint_that_asks_for_it()
    {
        using var visitor = accounts.Host.Visitor();
        using var answer = await visitor.Client.GetAsync("/api/auth/sessions", Stop);
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    private static string Hex(string token) =>
        Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(token))
        );

    /// <summary>The cookies of an answer, secrets taken out, in the order of their names.</summary>
    private static List<string> Set(HttpResponseMessage answer) =>
        [
            .. answer
                .Headers.GetValues("Set-Cookie")
                .Select(cookie =>
                    System.Text.RegularExpressions.Regex.Replace(cookie, "=[A-Za-z0-9_.-]{40,}; ", "=*; ")
                )
                .Order(StringComparer.Ordinal),
        ];
}

/// <summary>Servers with endpoints that ask who the browser is.</summary>
public sealed class ProbedHost(PostgresCluster postgres) : AccountsHost(postgres)
{
    private protected override void Configure(IServiceCollection services) =>
        services.AddSingleton<IStartupFilter, BrowserProbe>();

    /// <summary>Endpoints in front of the server that ask who the browser is and then answer with a status, or fall over.</summary>
    private sealed class BrowserProbe : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
            app =>
            {
                app.UseExceptionHandler(failed => failed.Run(_ => Task.CompletedTask));
                app.Map(
                    "/probe",
                    branch =>
                        branch.Run(async context =>
                        {
                            var browsers = context.RequestServices.GetRequiredService<IBrowserIdentity>();
                            var hash = browsers.TokenHash(context);
                            browsers.TokenHash(context).ShouldBe(hash);
                            if (context.Request.Path == "/500")
                                throw new InvalidOperationException("the endpoint fell over");
                            context.Response.StatusCode = context.Request.Path == "/402" ? 402 : 200;
                            await context.Response.WriteAsync(hash);
                        })
                );
                next(app);
            };
    }
}
