using System.ComponentModel.DataAnnotations;
using Heretix.Platform.Http;

namespace Heretix.Tests.Unit.Platform;

/// <summary>Configuration that would open the server wider than meant is refused with its name.</summary>
public sealed class HttpRulesOptionsTests
{
    [Theory]
    [InlineData("*")]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example/path")]
    [InlineData("https://user@app.example")]
    [InlineData("app.example")]
    [InlineData("ftp://app.example")]
    [InlineData("https://*.example")]
    [InlineData("HTTPS://app.example")]
    public void What_is_not_an_origin_is_refused(string origin) =>
        Problems(new HttpRulesOptions { CorsOrigins = [origin] }).ShouldHaveSingleItem().ShouldContain(origin);

    [Theory]
    [InlineData("https://app.example")]
    [InlineData("http://127.0.0.1:3000")]
    public void An_origin_is_taken(string origin) =>
        Problems(new HttpRulesOptions { CorsOrigins = [origin] }).ShouldBeEmpty();

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("proxy.example")]
    [InlineData("")]
    public void What_is_not_a_network_is_refused(string network) =>
        Problems(new HttpRulesOptions { TrustedProxies = [network] }).ShouldHaveSingleItem();

    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("10.0.0.0/8")]
    [InlineData("fd00::/8")]
    [InlineData("::1")]
    public void A_network_or_an_address_is_taken(string network) =>
        Problems(new HttpRulesOptions { TrustedProxies = [network] }).ShouldBeEmpty();

    private static List<string> Problems(HttpRulesOptions options)
    {
        var problems = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true);
        return [.. problems.Select(problem => problem.ErrorMessage!)];
    }
}
