using System.Net;
using System.Text.RegularExpressions;

namespace Heretix.Tests.Integration.Servers;

/// <summary>Signs in as people do: ask for a link, read the mail, open the link.</summary>
public static partial class SignIn
{
    /// <summary>
    /// A signed-in client. It keeps cookies and sends Origin and CSRF token with unsafe requests. The account is made when
    /// the address is new.
    /// </summary>
    public static async Task<HttpClient> SignedInAsync(this HeretixHost host, string email) =>
        (await host.SignedInVisitorAsync(email)).Client;

    /// <summary>The same, as the browser itself.</summary>
    public static async Task<Visitor> SignedInVisitorAsync(this HeretixHost host, string email)
    {
        var visitor = host.Visitor();
        var link = await visitor.AskForLinkAsync(host, email);
        using var answer = await visitor.Client.GetAsync(link);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, await answer.Content.ReadAsStringAsync());
        return visitor;
    }

    /// <summary>A browser that has not been here yet.</summary>
    public static Visitor Visitor(this HeretixHost host) => new(host.Address);

    /// <summary>Asks for a link and gives it, relative to the server, once the mail has arrived.</summary>
    public static async Task<Uri> AskForLinkAsync(this Visitor visitor, HeretixHost host, string email)
    {
        using var answer = await visitor.Client.PostAsJsonAsync("/api/auth/magic-links", new { email });
        answer.StatusCode.ShouldBe(HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
        return await host.NextLinkAsync(email);
    }

    /// <summary>The link of the next mail to an address, relative to the server.</summary>
    public static async Task<Uri> NextLinkAsync(this HeretixHost host, string email)
    {
        var mail = await host.Services.GetRequiredService<CapturedMail>().NextAsync(email.Trim().ToLowerInvariant());
        return new Uri(LinkPath().Match(mail.Text).Value, UriKind.Relative);
    }

    /// <summary>What signing in needs of a server's services, besides its own.</summary>
    public static void AddTo(IServiceCollection services) => CapturedMail.AddTo(services);

    [GeneratedRegex(@"/api/auth/callback\?token=\S+")]
    private static partial Regex LinkPath();
}
