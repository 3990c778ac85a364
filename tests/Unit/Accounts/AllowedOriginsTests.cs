using Heretix.Accounts.Csrf;
using Heretix.Platform.Http;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Heretix.Tests.Unit.Accounts;

/// <summary>Whose pages may act for a signed-in browser.</summary>
public sealed class AllowedOriginsTests
{
    [Theory]
    [InlineData("local", "http://127.0.0.1:8000", "http://localhost:8000", true)]
    [InlineData("local", "http://127.0.0.1:8000", "http://[::1]:8000", true)]
    [InlineData("local", "http://localhost:8000", "http://127.0.0.1:8000", true)]
    [InlineData("local", "http://127.0.0.1:8000", "http://localhost:3000", false)]
    [InlineData("local", "http://127.0.0.1:8000", "https://localhost:8000", false)]
    [InlineData("local", "https://api.example.org", "http://localhost:8000", false)]
    [InlineData("test", "http://127.0.0.1:8000", "http://localhost:8000", false)]
    [InlineData("prod", "http://127.0.0.1:8000", "http://localhost:8000", false)]
    public void Locally_each_name_of_the_machine_is_an_origin_of_the_server(
        string environment,
        string api,
        string origin,
        bool allowed
    )
    {
        var settings = new ServerSettings
        {
            Environment = environment,
            DataFolder = "",
            ApiUrl = new Uri(api),
            AppUrl = new Uri(api),
            Configuration = new ConfigurationBuilder().Build(),
        };
        var request = new DefaultHttpContext().Request;
        request.Headers.Origin = origin;
        new AllowedOrigins(settings, Options.Create(new HttpRulesOptions())).IsFrom(request).ShouldBe(allowed);
    }
}
