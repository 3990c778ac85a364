using System.Diagnostics;
using System.Globalization;
using Heretix.Benchmarks.Research;
using Heretix.Tests.Integration.Load;
using Heretix.Tests.Integration.Servers;

namespace Heretix.Benchmarks.Server;

/// <summary>
/// The published server on its private PostgreSQL, in a process of its own, with the callers in this one: start-up and
/// memory, requests a second beside a bare endpoint, and what a check costs over its model's own time.
/// </summary>
internal static class ServerFigures
{
    private static readonly TimeSpan ModelLatency = TimeSpan.FromMilliseconds(200);

    /// <summary>No limits, no plan bounds and no log in the way of the figures.</summary>
    private static readonly Dictionary<string, string> Unlimited = new()
    {
        ["Heretix__Limits__Exempt"] = "127.0.0.0/8",
        ["Heretix__Billing__Plans__trial__Checks"] = "1000000",
    };

    /// <summary>Verb <c>server-startup</c>.</summary>
    public static async Task<int> StartupAsync(string[] arguments)
    {
        var program = Program();
        using var data = new DataFolder();
        Console.WriteLine("| start | ready after | memory (RSS) | memory after 1000 requests |");
        Console.WriteLine("|---|---|---|---|");
        for (var start = 1; start <= 5; start++)
        {
            var clock = Stopwatch.GetTimestamp();
            await using var server = await ServerProcess.Launch(program, data.Path).ReadyAsync();
            var ready = Stopwatch.GetElapsedTime(clock).TotalSeconds;
            var idle = Resident(server.Id);
            using var visitor = new VirtualUser(server.Address);
            for (var n = 0; n < 1000; n++)
                await OkAsync(visitor.SendAsync(HttpMethod.Get, "/health/live"));
            Console.WriteLine(
                FormattableString.Invariant($"| {start} | {ready:0.00} s | {idle} MB | {Resident(server.Id)} MB |")
            );
        }
        return 0;
    }

    /// <summary>Verb <c>server-requests</c>: <c>--seconds S --callers N</c>.</summary>
    public static async Task<int> RequestsAsync(string[] arguments)
    {
        var time = TimeSpan.FromSeconds(Number(arguments, "--seconds", 10));
        var callers = Number(arguments, "--callers", 16);
        using var data = new DataFolder();
        await using var server = await ServerProcess.Launch(Program(), data.Path, Unlimited).ReadyAsync();
        var users = await SignInAsync(server.Address, data.Path, callers);
        await CheckAsync(users[0], "The cached claim holds");

        Console.WriteLine($"{callers} callers, each a user of its own, {time.TotalSeconds} s each");
        var kinds = new (string Name, Func<int, int, Task<bool>> Call)[]
        {
            (
                "GET /health/live (bare, the floor)",
                (caller, _) => OkAsync(users[caller].SendAsync(HttpMethod.Get, "/health/live"))
            ),
            ("GET /api/me, signed in", (caller, _) => OkAsync(users[caller].SendAsync(HttpMethod.Get, "/api/me"))),
            ("a cached check", (caller, _) => CheckAsync(users[caller], "The cached claim holds")),
            ("the same, all as one user", (_, _) => CheckAsync(users[0], "The cached claim holds")),
            (
                "a mock check, K=8 R=2 B=5000",
                (caller, n) => CheckAsync(users[caller], $"Claim {n} of caller {caller} holds")
            ),
        };
        LoadFigures? floor = null;
        foreach (var (name, call) in kinds)
        {
            await Load.ClosedAsync(name, callers, TimeSpan.FromSeconds(2), (caller, n) => call(caller, -n - 1));
            var figures = await Load.ClosedAsync(name, callers, time, call);
            Console.WriteLine(figures.Row(floor));
            floor ??= figures;
        }
        Console.WriteLine(FormattableString.Invariant($"memory after all: {Resident(server.Id)} MB"));
        users.ForEach(user => user.Dispose());
        return 0;
    }

    private static async Task<List<VirtualUser>> SignInAsync(Uri server, string data, int count)
    {
        var users = new List<VirtualUser>();
        for (var n = 0; n < count; n++)
        {
            users.Add(new VirtualUser(server));
            await users[n].SignInAsync($"figures{n}@example.org", data, CancellationToken.None);
        }
        return users;
    }

    /// <summary>Verb <c>server-overhead</c>: <c>--seconds S --rate N</c>; the model is a server that takes 200 ms for each answer.</summary>
    public static async Task<int> OverheadAsync(string[] arguments)
    {
        var time = TimeSpan.FromSeconds(Number(arguments, "--seconds", 60));
        var rate = Number(arguments, "--rate", 20);
        using var stub = Throughput.StartStub(ModelLatency, out var model);
        try
        {
            using var data = new DataFolder();
            var environment = new Dictionary<string, string>(Unlimited)
            {
                ["Heretix__Checks__CompatibleUrl"] = model.ToString(),
            };
            await using var server = await ServerProcess.Launch(Program(), data.Path, environment).ReadyAsync();
            var users = await SignInAsync(server.Address, data.Path, 50);
            for (var n = 0; n < 100; n++)
                await CheckAsync(users[n % users.Count], $"Warm-up claim {n} holds", model: "m");

            var bare = await Load.OpenAsync("the model alone, 16 calls", rate, time / 4, _ => BareAsync(model));
            Over(bare);
            var open = await Load.OpenAsync(
                $"{rate} checks/s, open loop",
                rate,
                time,
                n => CheckAsync(users[n % users.Count], $"Open claim {n} holds", model: "m")
            );
            Over(open);
            var closed = await Load.ClosedAsync(
                "50 concurrent",
                50,
                time / 3,
                (caller, n) => CheckAsync(users[caller], $"Closed claim {n} of {caller} holds", model: "m")
            );
            Over(closed);
            users.ForEach(user => user.Dispose());
        }
        finally
        {
            stub.Kill();
        }
        return 0;

        static void Over(LoadFigures figures)
        {
            var latency = ModelLatency.TotalMilliseconds;
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{figures.Name, -28} {figures.PerSecond, 6:0.0}/s  over the model's 200 ms: p50 {figures.Percentile(0.5) - latency:0.0} ms, p99 {figures.Percentile(0.99) - latency:0.0} ms, max {figures.Percentile(1) - latency:0.0} ms; failed {figures.Failed}"
                )
            );
        }
    }

    /// <summary>Verb <c>server-mixed</c>: <c>--minutes M --seed S --visitors N</c>.</summary>
    public static async Task<int> MixedAsync(string[] arguments)
    {
        var seed = Number(arguments, "--seed", Random.Shared.Next());
        Console.WriteLine($"seed {seed}");
        var report = await new MixedLoad(
            new MixedLoad.Options(
                Program(),
                TimeSpan.FromMinutes(Number(arguments, "--minutes", 10)),
                seed,
                Number(arguments, "--visitors", 18)
            )
        ).RunAsync(CancellationToken.None);
        Console.WriteLine(report);
        foreach (var line in report.Failures.Concat(report.Broken).Take(50))
            Console.WriteLine(line);
        return report.Failures.Count + report.Broken.Count == 0 ? 0 : 1;
    }

    private static readonly HttpClient Bare = new();

    /// <summary>What a check asks of the model, without a server between: 16 calls at once.</summary>
    private static async Task<bool> BareAsync(Uri model)
    {
        await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(async _ =>
                {
                    using var answer = await Bare.PostAsJsonAsync(
                        new Uri(model, "v1/chat/completions"),
                        new { model = "m", messages = "x" }
                    );
                    await answer.Content.ReadAsByteArrayAsync();
                })
        );
        return true;
    }

    private static async Task<bool> CheckAsync(VirtualUser visitor, string claim, string? model = null)
    {
        object body = model is null
            ? new
            {
                claim,
                K = 8,
                R = 2,
                B = 5000,
                mock = true,
            }
            : new
            {
                claim,
                K = 8,
                R = 2,
                B = 5000,
                mock = false,
                model,
            };
        using var answer = await visitor.SendAsync(HttpMethod.Post, "/api/checks/run", body);
        var text = await answer.Content.ReadAsStringAsync();
        if (answer.IsSuccessStatusCode)
            return true;
        Console.Error.WriteLine($"{(int)answer.StatusCode} {text}");
        return false;
    }

    private static async Task<bool> OkAsync(Task<HttpResponseMessage> sending)
    {
        using var answer = await sending;
        await answer.Content.ReadAsByteArrayAsync();
        return answer.IsSuccessStatusCode;
    }

    private static string Program()
    {
        var program = Path.GetFullPath(Path.Combine(Hx.Program(), "..", "..", "heretix", "heretix"));
        return File.Exists(program)
            ? program
            : throw new FileNotFoundException("publish the server first: scripts/publish heretix Server src", program);
    }

    private static int Number(string[] arguments, string name, int otherwise)
    {
        var at = Array.IndexOf(arguments, name);
        return at < 0 ? otherwise : int.Parse(arguments[at + 1], CultureInfo.InvariantCulture);
    }

    /// <summary>Resident memory in MB.</summary>
    private static long Resident(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.WorkingSet64 / (1024 * 1024);
    }

    private sealed class DataFolder : IDisposable
    {
        public string Path { get; } = OpenFolder.Create("heretix-figures-");

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
