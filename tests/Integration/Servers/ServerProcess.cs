using System.Diagnostics;
using System.Net;
using System.Text;

namespace Heretix.Tests.Integration.Servers;

/// <summary>The real server in a process of its own; ended by process id.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly StringBuilder log = new();

    private ServerProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Its process id.</summary>
    public int Id => process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => process.HasExited;

    /// <summary>What it has printed so far.</summary>
    public string Log
    {
        get
        {
            lock (log)
                return log.ToString();
        }
    }

    /// <summary>Starts the program on a free port without waiting for it.</summary>
    /// <param name="program">The executable, or the path of <c>heretix.dll</c>.</param>
    /// <param name="dataFolder">Its data folder.</param>
    /// <param name="environment">Variables beyond an environment without any of ours.</param>
    /// <param name="arguments">Further arguments.</param>
    public static ServerProcess Launch(
        string program,
        string dataFolder,
        IReadOnlyDictionary<string, string>? environment = null,
        params string[] arguments
    )
    {
        var at = Array.IndexOf(arguments, "--urls");
        var address = new Uri(at < 0 ? $"http://127.0.0.1:{FreePort.Next()}" : arguments[at + 1]);
        if (at < 0)
            arguments = ["--urls", address.ToString(), .. arguments];
        var dll = program.EndsWith(".dll", StringComparison.Ordinal);
        var start = new ProcessStartInfo(dll ? "dotnet" : program)
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (dll)
            start.ArgumentList.Add(program);
        foreach (var argument in (string[])["--data", dataFolder, .. arguments])
            start.ArgumentList.Add(argument);
        string[] foreign = ["DATABASE_URL", "REDIS_URL", "APP_ENV", "OPENAI_API_KEY", "POSTMARK_TOKEN", "SENTRY_DSN"];
        foreach (var name in foreign)
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return new ServerProcess(Process.Start(start)!, address);
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public async Task<ServerProcess> ReadyAsync(CancellationToken cancellationToken = default)
    {
        using var client = new HttpClient { BaseAddress = Address };
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"the server ended with {process.ExitCode}:\n{Log}");
            try
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return this;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(10, cancellationToken);
        }
    }

    /// <summary>Sends a signal: <c>TERM</c>, <c>INT</c>, <c>KILL</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end and gives the exit code.</summary>
    public async Task<int> EndAsync(CancellationToken cancellationToken = default)
    {
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await SignalAsync("TERM");
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }
        }
        process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (log)
            log.AppendLine(line);
    }
}
