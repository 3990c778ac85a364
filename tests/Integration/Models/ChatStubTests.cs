using System.Text.Json;
using Heretix.Models;
using Heretix.Tests.Integration.Stubs;
using Microsoft.Extensions.AI;

namespace Heretix.Tests.Integration.Models;

public sealed class ChatStubTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_answers_alike_to_the_same_key_and_counts_every_answer()
    {
        await using var stub = await ChatStub.StartAsync(cancellationToken: Token);
        var options = new ModelCatalogOptions(Environment: _ => null);
        using var clients = new ModelClients(options);
        var client = clients.Open(ModelCatalog.Load(options).Resolve("any", baseUrl: stub.Address));
        Task<ChatResponse> Ask(string key) =>
            client.GetResponseAsync("claim", SampleIdentity.Set(new ChatOptions(), idempotencyKey: key), Token);

        var first = await Ask("a");
        var again = await Ask("a");
        var others = await Task.WhenAll(Enumerable.Range(0, 64).Select(i => Ask($"b{i}")));

        again.Text.ShouldBe(first.Text);
        others.Select(r => r.Text).Distinct().Count().ShouldBeGreaterThan(20);
        JsonRepair.Extract(first.Text).Object!.Value.TryGetProperty("belief", out _).ShouldBeTrue();
        first.Usage!.OutputTokenCount!.Value.ShouldBeGreaterThan(0);
        stub.Requests.ShouldBe(66);
        stub.Keys["a"].ShouldBe(2);
        using var http = new HttpClient();
        var counted = await http.GetFromJsonAsync<JsonElement>(new Uri(stub.Address, "stub/requests"), Token);
        counted.GetProperty("requests").GetInt32().ShouldBe(66);
        counted.GetProperty("keys").GetProperty("a").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_request_that_is_given_up_is_not_counted()
    {
        await using var stub = await ChatStub.StartAsync(TimeSpan.FromHours(1), cancellationToken: Token);
        var options = new ModelCatalogOptions(Environment: _ => null);
        using var clients = new ModelClients(options);
        var client = clients.Open(ModelCatalog.Load(options).Resolve("any", baseUrl: stub.Address));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var call = client.GetResponseAsync("claim", cancellationToken: stop.Token);
        while (stub.MostConcurrent == 0)
            await Task.Delay(5, Token);
        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
        stub.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task As_a_program_it_serves_until_it_is_told_to_end()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = ChatStub.RunAsync(port: 0, cancellationToken: stop.Token);

        running.IsCompleted.ShouldBeFalse();
        await stop.CancelAsync();

        (await running).ShouldBe(0);
    }
}
