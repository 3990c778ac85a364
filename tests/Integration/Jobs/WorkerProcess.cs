using System.Diagnostics;
using Heretix.Platform.Settings;
using Heretix.Tests.Integration.Jobs;
using Quartz;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestPipelineStartup(typeof(WorkerProcess.Entry))]

namespace Heretix.Tests.Integration.Jobs;

/// <summary>
/// A worker in a process of its own: this test program, started anew with the address of a database in its environment. It
/// is the real server of role worker with the test jobs, and can be stopped or killed.
/// </summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const string Address = "HERETIX_TEST_WORKER";
    private const string Drain = "HERETIX_TEST_DRAIN";
    private const string IdleWait = "HERETIX_TEST_IDLE_WAIT";
    private const string Ready = "worker ready";
    private readonly Process process;
    private readonly TaskCompletionSource ready = new();
    private readonly List<string> lines = [];

    private WorkerProcess(Process process) => this.process = process;

    public int Id => process.Id;

    /// <summary>Starts a worker and waits until it takes jobs.</summary>
    /// <param name="databaseUrl">Address of its database.</param>
    /// <param name="drain">How long it lets jobs finish when it stops.</param>
    /// <param name="idleWait">How long it waits for a notification before it looks by itself.</param>
    public static async Task<WorkerProcess> StartAsync(
        string databaseUrl,
        TimeSpan? drain = null,
        TimeSpan? idleWait = null
    )
    {
        var start = new ProcessStartInfo("dotnet", ["exec", typeof(WorkerProcess).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[Address] = databaseUrl;
        start.Environment[Drain] = (drain ?? TimeSpan.FromSeconds(20)).ToString("c");
        if (idleWait is { } wait)
            start.Environment[IdleWait] = wait.ToString("c");
        var worker = new WorkerProcess(Process.Start(start)!);
        worker.process.OutputDataReceived += (_, line) => worker.Heard(line.Data);
        worker.process.ErrorDataReceived += (_, line) => worker.Heard(line.Data);
        worker.process.BeginOutputReadLine();
        worker.process.BeginErrorReadLine();
        var ended = worker.process.WaitForExitAsync();
        if (await Task.WhenAny(worker.ready.Task, ended) == ended)
            throw new InvalidOperationException("the worker ended: " + string.Join('\n', worker.lines));
        return worker;
    }

    /// <summary>Sends a signal: <c>TERM</c> drains it, <c>KILL</c> ends it in the middle of things.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Its exit code, once it ended.</summary>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process.Dispose();
    }

    private void Heard(string? line)
    {
        if (line is null)
            return;
        lock (lines)
            lines.Add(line);
        if (line.Contains(Ready, StringComparison.Ordinal))
            ready.TrySetResult();
    }

    /// <summary>Where the child begins: before any test is looked for, it becomes a worker.</summary>
    public sealed class Entry : ITestPipelineStartup
    {
        public async ValueTask StartAsync(IMessageSink diagnosticMessageSink)
        {
            if (Environment.GetEnvironmentVariable(Address) is not { } databaseUrl)
                return;
            await using var app = Heretix.Server.HeretixServer.Build(
                new ServerSettings
                {
                    Role = ServerRole.Worker,
                    Environment = "test",
                    DataFolder = Path.GetTempPath(),
                    DatabaseUrl = databaseUrl,
                    AppUrl = new Uri("http://127.0.0.1:3000"),
                    ApiUrl = new Uri("http://127.0.0.1:8000"),
                    Configuration = new ConfigurationBuilder()
                        .AddInMemoryCollection(
                            new Dictionary<string, string?>
                            {
                                ["Heretix:Platform:DrainTimeout"] = Environment.GetEnvironmentVariable(Drain),
                            }
                        )
                        .Build(),
                },
                "http://127.0.0.1:0",
                services =>
                {
                    TestJobs.AddTo(services);
                    if (TimeSpan.TryParse(Environment.GetEnvironmentVariable(IdleWait), out var wait))
                        services.PostConfigureAll<QuartzSchedulerOptions>(scheduler => scheduler.IdleWaitTime = wait);
                }
            );
            app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine(Ready));
            await app.RunAsync();
            Environment.Exit(0);
        }

        public ValueTask StopAsync() => ValueTask.CompletedTask;
    }
}
