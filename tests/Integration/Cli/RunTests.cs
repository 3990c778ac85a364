using System.Text.Json.Nodes;
using Heretix.Tests.Integration.Stubs;

namespace Heretix.Tests.Integration.Cli;

/// <summary>The real program in a process of its own.</summary>
public sealed class RunTests : IDisposable
{
    private const string Claim = "Bees can recognise human faces";

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task A_mock_run_leaves_store_and_parquet_where_they_are_expected()
    {
        var run = await HxProcess.RunAsync(folder.Path, null, "run", "--claim", Claim, "--mock", "--json");
        run.Code.ShouldBe(0, run.Errors);
        var result = JsonNode.Parse(run.Output)!["runs"]![0]!;
        var id = result["execution_id"]!.GetValue<string>();
        var day = result["created_at"]!.GetValue<string>()[..10];
        File.Exists(folder["runs/heretix_mock.sqlite"]).ShouldBeTrue();
        File.Exists(folder["runs/heretix.sqlite"]).ShouldBeFalse();
        File.Exists(folder[$"data/exports/local/dt={day}/runs-{id}.parquet"]).ShouldBeTrue();
        File.Exists(folder[$"data/exports/local/dt={day}/samples-{id}.parquet"]).ShouldBeTrue();
    }

    [Fact]
    public async Task Every_execution_is_exported_once_a_fully_cached_one_included()
    {
        for (var run = 0; run < 3; run++)
            (await HxProcess.RunAsync(folder.Path, null, "run", "--claim", Claim, "--mock")).Code.ShouldBe(0);
        using var lake = new Heretix.Lake.LakeQuery(folder["data/exports"]).Run(
            "SELECT COUNT(*), COUNT(DISTINCT execution_id), SUM(CAST(was_cached AS INTEGER)) FROM runs",
            TestContext.Current.CancellationToken
        );
        lake.Read().ShouldBeTrue();
        Enumerable.Range(0, 3).Select(column => lake.Value(column)!.ToString()).ShouldBe(["3", "3", "2"]);
    }

    [Fact]
    public async Task Without_libduckdb_a_run_succeeds_and_a_later_one_exports_for_both()
    {
        var nowhere = new Dictionary<string, string> { ["HERETIX_DUCKDB"] = folder["nowhere.so"] };
        var first = await HxProcess.RunAsync(folder.Path, nowhere, "run", "--claim", Claim, "--mock");
        first.Code.ShouldBe(0, first.Errors);
        first.Errors.ShouldContain("npm ci");
        Directory.Exists(folder["data/exports/local"]).ShouldBeFalse();

        var second = await HxProcess.RunAsync(folder.Path, null, "run", "--claim", "Another claim", "--mock");
        second.Code.ShouldBe(0, second.Errors);
        Directory.GetFiles(folder["data/exports"], "*.parquet", SearchOption.AllDirectories).ShouldNotBeEmpty();
        using var lake = new Heretix.Lake.LakeQuery(folder["data/exports"]).Run(
            "SELECT COUNT(*) FROM runs",
            TestContext.Current.CancellationToken
        );
        lake.Read().ShouldBeTrue();
        lake.Value(0)!.ToString().ShouldBe("2");
    }

    [Fact]
    public async Task An_interrupt_finishes_the_calls_in_flight_and_the_same_command_goes_on()
    {
        await using var stub = await ChatStub.StartAsync(
            TimeSpan.FromMilliseconds(150),
            cancellationToken: TestContext.Current.CancellationToken
        );
        string[] command =
        [
            "run",
            "--claim",
            Claim,
            "--model",
            "m",
            "--base-url",
            stub.Address.ToString(),
            "--concurrency",
            "2",
            "--json",
        ];
        using var hx = HxProcess.Start(folder.Path, null, command);
        while (stub.Requests < 3)
            await Task.Delay(10, TestContext.Current.CancellationToken);
        hx.Interrupt();
        var stopped = await hx.EndAsync();
        stopped.Code.ShouldBe(130, stopped.Errors);
        stopped.Output.ShouldBeEmpty();
        stub.Requests.ShouldBeLessThan(16);

        var resumed = await HxProcess.RunAsync(folder.Path, null, command);
        resumed.Code.ShouldBe(0, resumed.Errors);
        resumed.Errors.ShouldContain("resuming exec-");
        stub.Requests.ShouldBe(16, "what was in flight was finished and stored, so nothing is asked twice");
        stub.Keys.Values.ShouldAllBe(count => count == 1);
    }

    [Fact]
    public async Task Two_at_once_ask_once()
    {
        await using var stub = await ChatStub.StartAsync(
            TimeSpan.FromMilliseconds(30),
            cancellationToken: TestContext.Current.CancellationToken
        );
        string[] command = ["run", "--claim", Claim, "--model", "m", "--base-url", stub.Address.ToString(), "--json"];
        var both = await Task.WhenAll(
            HxProcess.RunAsync(folder.Path, null, command),
            HxProcess.RunAsync(folder.Path, null, command)
        );
        both.ShouldAllBe(run => run.Code == 0);
        stub.Requests.ShouldBe(16);
        both.Select(run => JsonNode.Parse(run.Output)!["runs"]![0]!["aggregates"]!["prob_true_rpl"]!.GetValue<double>())
            .Distinct()
            .Count()
            .ShouldBe(1);
    }

    [Fact]
    public async Task A_rejected_key_ends_at_once_and_is_not_printed()
    {
        await using var stub = new StubServer();
        await stub.StartAsync(TestContext.Current.CancellationToken);
        for (var answer = 0; answer < 20; answer++)
            stub.Next(
                async (context, cancel) =>
                {
                    context.Response.StatusCode = 401;
                    await context.Response.WriteAsync("{\"error\":{\"message\":\"bad key\"}}", cancel);
                }
            );
        var environment = new Dictionary<string, string>
        {
            ["OPENAI_API_KEY"] = "sk-very-secret",
            ["OPENAI_BASE_URL"] = stub.Address.ToString(),
        };
        var run = await HxProcess.RunAsync(folder.Path, environment, "run", "--claim", Claim, "--concurrency", "1");
        run.Code.ShouldBe(5, run.Errors);
        stub.Requests.Count.ShouldBe(1);
        (run.Output + run.Errors).ShouldNotContain("very-secret");
    }

    [Theory]
    [InlineData("gemini-2.5-pro", "GEMINI_API_KEY", "GEMINI_BASE_URL", "0")]
    [InlineData("gpt-5", "OPENAI_API_KEY", "OPENAI_BASE_URL", null)]
    public async Task A_measurement_samples_at_the_temperature_of_its_provider(
        string model,
        string key,
        string address,
        string? temperature
    )
    {
        await using var stub = new StubServer();
        await stub.StartAsync(TestContext.Current.CancellationToken);
        stub.Next(
            (context, _) =>
            {
                context.Response.StatusCode = 401;
                return Task.CompletedTask;
            }
        );
        var environment = new Dictionary<string, string> { [key] = "sk-x", [address] = stub.Address.ToString() };
        await HxProcess.RunAsync(folder.Path, environment, "run", "--claim", Claim, "-m", model, "--concurrency", "1");
        var body = JsonNode.Parse(stub.Last.Body)!;
        (body["generationConfig"] ?? body)["temperature"]?.ToString().ShouldBe(temperature);
        ((body["generationConfig"] ?? body)["temperature"] is null).ShouldBe(temperature is null);
    }

    [Fact]
    public async Task A_missing_key_of_the_second_model_is_found_before_the_first_is_paid_for()
    {
        await using var stub = new StubServer();
        await stub.StartAsync(TestContext.Current.CancellationToken);
        var environment = new Dictionary<string, string>
        {
            ["OPENAI_API_KEY"] = "sk-x",
            ["OPENAI_BASE_URL"] = stub.Address.ToString(),
        };
        var run = await HxProcess.RunAsync(
            folder.Path,
            environment,
            "run",
            "--claim",
            Claim,
            "-m",
            "gpt-5",
            "-m",
            "grok-4"
        );
        run.Code.ShouldBe(1);
        run.Errors.ShouldContain("XAI_API_KEY");
        stub.Requests.ShouldBeEmpty();
    }

    public void Dispose() => folder.Dispose();
}
