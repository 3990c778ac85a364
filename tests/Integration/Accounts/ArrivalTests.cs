using System.Net;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Accounts;

/// <summary>However many come at once, to however many servers: a link opens one session, an address makes one user.</summary>
public sealed class ArrivalTests(PostgresCluster postgres) : IAsyncLifetime
{
    private readonly ProbeModule probe = new();
    private string database = "";
    private HeretixHost first = null!;
    private HeretixHost second = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        database = await postgres.CreateDatabaseAsync();
        await postgres.ExecuteAsync(database, ProbeModule.Table);
        // Room for the browsers of one person; how many a plan allows is told elsewhere.
        var options = new Dictionary<string, string?> { ["Heretix:Billing:Plans:trial:Devices"] = "3" };
        first = await HeretixHost.StartAsync(postgres.Url(database), options: options, services: probe.AddTo);
        second = await HeretixHost.StartAsync(postgres.Url(database), options: options, services: probe.AddTo);
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Of_twenty_parallel_visits_to_one_link_on_two_servers_one_signs_in()
    {
        const string email = "parallel@example.org";
        using var asker = first.Visitor();
        var link = await asker.AskForLinkAsync(first, email);
        var binding = asker.Cookie("heretix_link");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(number => VisitAsync(number % 2 == 0 ? first : second, link, binding))
        );
        answers.Count(answer => answer is null).ShouldBe(1, string.Join(", ", answers));
        answers.Where(answer => answer is not null).ShouldAllBe(answer => answer == "token_used");
        await ShouldHaveOneOfEachAsync(email);
    }

    [Fact]
    public async Task Of_twenty_parallel_visits_to_different_links_of_one_new_address_one_signs_in_and_one_user_is_made()
    {
        const string email = "many@example.org";
        using var asker = first.Visitor();
        var links = new List<Uri> { await asker.AskForLinkAsync(first, email) };
        var binding = asker.Cookie("heretix_link");
        while (links.Count < 20)
        {
            // As from one browser, and yet from many addresses, because links are counted by address.
            using var sibling = first.Visitor();
            sibling.Plant("heretix_link", binding);
            links.Add(await sibling.AskForLinkAsync(first, email));
        }
        links.Distinct().Count().ShouldBe(20);
        var answers = await Task.WhenAll(
            links.Select((link, number) => VisitAsync(number % 2 == 0 ? first : second, link, binding))
        );
        answers.Count(answer => answer is null).ShouldBe(1, string.Join(", ", answers));
        await ShouldHaveOneOfEachAsync(email);
    }

    [Fact]
    public async Task Who_comes_back_in_another_browser_is_the_same_user()
    {
        const string email = "known@example.org";
        for (var round = 0; round < 3; round++)
            using (await first.SignedInAsync(email)) { }
        (await CountAsync($"accounts.users where email = '{email}'")).ShouldBe(1);
        (await CountAsync("accounts.sessions")).ShouldBe(3);
        (await CountAsync("probe.welcomes")).ShouldBe(1);
    }

    [Fact]
    public async Task When_another_room_refuses_a_new_user_nothing_has_happened_and_the_link_is_still_good()
    {
        const string email = "refused@example.org";
        using var visitor = first.Visitor();
        var link = await visitor.AskForLinkAsync(first, email);
        probe.Fails = true;
        using (var failed = await visitor.Client.GetAsync(link, Stop))
            failed.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        visitor.Cookie("heretix_session").ShouldBeNull();
        (await CountAsync("accounts.users")).ShouldBe(0);
        (await CountAsync("accounts.sessions")).ShouldBe(0);
        (await CountAsync("probe.welcomes")).ShouldBe(0);
        probe.Fails = false;
        using var answer = await visitor.Client.GetAsync(link, Stop);
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        await ShouldHaveOneOfEachAsync(email);
    }

    /// <returns>Null for a sign-in, otherwise the code of the error.</returns>
    private static async Task<string?> VisitAsync(HeretixHost host, Uri link, string? binding)
    {
        using var visitor = host.Visitor();
        visitor.Plant("heretix_link", binding);
        using var answer = await visitor.Client.GetAsync(link, Stop);
        if (answer.StatusCode == HttpStatusCode.SeeOther)
            return null;
        ((int)answer.StatusCode).ShouldBe(400);
        return await AccountsHost.ErrorOf(answer);
    }

    private async Task ShouldHaveOneOfEachAsync(string email)
    {
        (await CountAsync($"accounts.users where email = '{email}'")).ShouldBe(1);
        (await CountAsync("accounts.users")).ShouldBe(1);
        (await CountAsync("accounts.sessions")).ShouldBe(1);
        (await CountAsync("accounts.email_tokens where consumed_at is not null")).ShouldBe(1);
        (await CountAsync("probe.welcomes w join accounts.users u on u.id = w.user_id")).ShouldBe(1);
        (await CountAsync("probe.welcomes")).ShouldBe(1);
    }

    private Task<long> CountAsync(string from) => postgres.ScalarAsync<long>(database, $"select count(*) from {from}");
}
