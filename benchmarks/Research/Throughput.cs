using System.Diagnostics;
using System.Globalization;
using Heretix.Tests.Integration.Stubs;

namespace Heretix.Benchmarks.Research;

/// <summary>
/// <c>hx batch</c> as a whole process against a server that takes 50 ms for each answer, at 1, 8 and 64 lanes: calls a
/// second beside the ideal (lanes / latency) and beside a bare loop of HTTP requests from this process, the floor.
/// </summary>
internal static class Throughput
{
    private const int SamplesPerClaim = 16;
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(50);

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seconds = arguments is ["--seconds", var given, ..] ? int.Parse(given, CultureInfo.InvariantCulture) : 10;
        var hx = Hx.Program();
        using var stub = StartStub(Latency, out var address);
        try
        {
            Console.WriteLine(
                "| lanes | calls | bare requests, calls/s | hx batch, calls/s | of the ideal | of the bare requests |"
            );
            Console.WriteLine("|---|---|---|---|---|---|");
            foreach (var lanes in (int[])[1, 8, 64])
            {
                var ideal = lanes / Latency.TotalSeconds;
                var claims = (int)Math.Ceiling(ideal * seconds / SamplesPerClaim);
                var calls = claims * SamplesPerClaim;
                var bare = calls / await BareAsync(address, lanes, calls);
                var batch = calls / await BatchAsync(hx, address, lanes, claims);
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"| {lanes} | {calls} | {bare:0.0} | {batch:0.0} | {100 * batch / ideal:0.0} % | {100 * batch / bare:0.0} % |"
                    )
                );
            }
        }
        finally
        {
            stub.Kill();
        }
        return 0;
    }

    /// <summary>Verb <c>stub</c>: the server itself, in a process of its own.</summary>
    public static Task<int> ServeAsync(string[] arguments) =>
        ChatStub.RunAsync(
            0,
            arguments is [var milliseconds]
                ? TimeSpan.FromMilliseconds(int.Parse(milliseconds, CultureInfo.InvariantCulture))
                : Latency
        );

    /// <summary>Starts the server that takes so long for each answer.</summary>
    public static Process StartStub(TimeSpan latency, out Uri address)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            start.ArgumentList.Add(typeof(Throughput).Assembly.Location);
        start.ArgumentList.Add("stub");
        start.ArgumentList.Add(FormattableString.Invariant($"{latency.TotalMilliseconds:0}"));
        var process = Process.Start(start)!;
        address = new Uri(process.StandardOutput.ReadLine()!);
        return process;
    }

    private static async Task<double> BareAsync(Uri address, int lanes, int calls)
    {
        using var http = new HttpClient { BaseAddress = address };
        var next = 0;
        var clock = Stopwatch.GetTimestamp();
        await Task.WhenAll(
            Enumerable
                .Range(0, lanes)
                .Select(async _ =>
                {
                    while (Interlocked.Increment(ref next) <= calls)
                    {
                        using var answer = await http.PostAsJsonAsync(
                            "v1/chat/completions",
                            new { model = "m", messages = "x" }
                        );
                        await answer.Content.ReadAsByteArrayAsync();
                    }
                })
        );
        return Stopwatch.GetElapsedTime(clock).TotalSeconds;
    }

    private static async Task<double> BatchAsync(string hx, Uri address, int lanes, int claims)
    {
        var folder = Directory.CreateTempSubdirectory("heretix-throughput-").FullName;
        try
        {
            await File.WriteAllLinesAsync(
                Path.Combine(folder, "claims.txt"),
                Enumerable.Range(1, claims).Select(n => $"Claim number {n} of the measurement holds")
            );
            string[] arguments =
            [
                "batch",
                "claims.txt",
                "--model",
                "m",
                "--base-url",
                address.ToString(),
                "--concurrency",
                $"{lanes}",
                "--k",
                "8",
                "--r",
                "2",
                "--out",
                "out.jsonl",
            ];
            var start = new ProcessStartInfo(hx) { WorkingDirectory = folder, RedirectStandardError = true };
            foreach (var argument in arguments)
                start.ArgumentList.Add(argument);
            var clock = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            var errors = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            return process.ExitCode == 0
                ? Stopwatch.GetElapsedTime(clock).TotalSeconds
                : throw new InvalidOperationException(errors);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
