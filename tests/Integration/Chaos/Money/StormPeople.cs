using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>Somebody with an account.</summary>
/// <param name="Id">The user's id.</param>
/// <param name="Email">The address.</param>
/// <param name="Token">An access token.</param>
internal sealed record Person(Guid Id, string Email, string Token);

/// <summary>The people of the storm. Two workers share each household, so that they meet on one account.</summary>
internal sealed partial class StormPeople(StormServers servers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    private readonly ConcurrentDictionary<int, List<Person>> households = new();

    /// <summary>Addresses that somebody signed up with, whatever came of it.</summary>
    public ConcurrentDictionary<string, bool> Asked { get; } = new();

    /// <summary>Who was told who they are, by their addresses.</summary>
    public ConcurrentDictionary<string, Guid> Known { get; } = new();

    /// <summary>Addresses for which two different accounts were named.</summary>
    public ConcurrentQueue<string> Contradictions { get; } = new();

    /// <summary>Everybody.</summary>
    public IReadOnlyList<Person> All =>
        [
            .. households.Values.SelectMany(household =>
            {
                lock (household)
                    return household.ToArray();
            }),
        ];

    /// <summary>One of a household; null while nobody of it has signed up.</summary>
    public Person? Of(int household, int number)
    {
        var all = households.GetOrAdd(household, _ => []);
        lock (all)
            return all.Count == 0 ? null : all[number % all.Count];
    }

    /// <summary>Signs somebody up by link, on one process or on both at once.</summary>
    public async Task SignUpAsync(int household, string email, bool twice, CancellationToken storm)
    {
        Asked[email] = true;
        var tries = await Task.WhenAll(
            Enumerable.Range(0, twice ? 2 : 1).Select(number => UntilSignedInAsync(email, household + number, storm))
        );
        if (tries.OfType<Person>().FirstOrDefault() is not { } person)
            return;
        foreach (var each in tries.OfType<Person>())
        {
            if (Known.GetOrAdd(email, each.Id) != each.Id)
                Contradictions.Enqueue($"{email} was told to be {each.Id} and {Known[email]}");
        }
        var all = households.GetOrAdd(household, _ => []);
        lock (all)
            all.Add(person);
    }

    private async Task<Person?> UntilSignedInAsync(string email, int server, CancellationToken storm)
    {
        while (!storm.IsCancellationRequested)
        {
            try
            {
                if (await SignInAsync(email, servers.Addresses[server++ % 2], storm) is { } person)
                    return person;
            }
            catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException)
            {
                // Another link is asked for.
            }
            await Task.Delay(200, storm).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return null;
    }

    private async Task<Person?> SignInAsync(string email, Uri server, CancellationToken storm)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(storm);
        patience.CancelAfter(Patience);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = server };
        http.DefaultRequestHeaders.Add("X-Device-Fingerprint", email);
        var outbox = new OutboxFolder(servers.Data);
        using var asked = await http.PostAsJsonAsync("/api/auth/magic-links", new { email }, patience.Token);
        if (!asked.IsSuccessStatusCode)
            return null;
        while (true)
        {
            // The other one who signs up with this address gets links too; only ours goes with our cookie.
            var link = Link().Match(await outbox.NextAsync(email, patience.Token));
            if (!link.Success)
                continue;
            using var answer = await http.GetAsync(new Uri(server, link.Value + "&tokens=true"), patience.Token);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                if ((int)answer.StatusCode >= 500)
                    return null;
                continue;
            }
            if (answer.Content.Headers.ContentType?.MediaType != "application/json")
                continue;
            var body = JsonElement.Parse(await answer.Content.ReadAsStringAsync(patience.Token));
            return new Person(
                body.GetProperty("user").GetProperty("id").GetGuid(),
                email,
                body.GetProperty("access_token").GetString()!
            );
        }
    }

    [GeneratedRegex(@"/api/auth/callback\?token=\S+")]
    private static partial Regex Link();
}
