using Heretix.Tests.Integration.Servers;

namespace Heretix.Tests.Integration.Chaos.Money;

/// <summary>
/// Two real processes over one database, each with every role. Whoever ends is started again at the same address and with
/// the same data, as a supervisor does.
/// </summary>
internal sealed class StormServers : IAsyncDisposable
{
    /// <summary>The exit code of who is ended by SIGKILL.</summary>
    private const int Killed = 128 + 9;

    private static readonly HttpClient Health = new() { Timeout = TimeSpan.FromSeconds(2) };
    private readonly Dictionary<string, string> environment;
    private readonly CancellationTokenSource closing = new();
    private readonly ServerProcess?[] processes = new ServerProcess?[2];
    private readonly Task[] supervisors;
    private readonly List<string> ended = [];
    private readonly List<string> fallen = [];
    private string lastWords = "";

    /// <param name="environment">The variables of both.</param>
    public StormServers(Dictionary<string, string> environment)
    {
        this.environment = environment;
        Addresses = [.. processes.Select(_ => new Uri($"http://127.0.0.1:{FreePort.Next()}"))];
        supervisors = [.. Enumerable.Range(0, processes.Length).Select(number => SuperviseAsync(number))];
    }

    /// <summary>Where they listen.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>The data folder that they share, with the outbox.</summary>
    public string Data { get; } = Directory.CreateTempSubdirectory("heretix-storm-").FullName;

    /// <summary>How many processes were started.</summary>
    public int Started { get; private set; }

    /// <summary>How many gave up while they started, as one may without a database.</summary>
    public int NotStarted { get; private set; }

    /// <summary>The last words of those that took requests and then ended although nobody killed them.</summary>
    public IReadOnlyList<string> Fallen
    {
        get
        {
            lock (ended)
                return [.. fallen];
        }
    }

    /// <summary>What those that ended, and those that run, have said of errors.</summary>
    public IReadOnlyList<string> Errors
    {
        get
        {
            lock (ended)
                return [.. ended, .. processes.Where(process => process is not null).SelectMany(ErrorsOf!)];
        }
    }

    /// <summary>Whether a process takes requests.</summary>
    public async Task<bool> IsReadyAsync(int number)
    {
        try
        {
            using var answer = await Health.GetAsync(new Uri(Addresses[number], "/health/ready"), closing.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>Waits until both take requests.</summary>
    /// <exception cref="TimeoutException">They do not within three minutes.</exception>
    public async Task ReadyAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        for (var number = 0; number < processes.Length; number++)
        {
            while (!await IsReadyAsync(number))
            {
                if (patience.IsCancellationRequested)
                    throw new TimeoutException($"a server is not ready; the last that ended said: {lastWords}");
                await Task.Delay(50, cancellationToken);
            }
        }
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync(int number)
    {
        if (processes[number] is { HasEnded: false } process)
            await process.SignalAsync("KILL");
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        await Task.WhenAll(supervisors);
        Directory.Delete(Data, recursive: true);
        closing.Dispose();
    }

    private async Task SuperviseAsync(int number)
    {
        while (!closing.IsCancellationRequested)
        {
            await using var process = ServerProcess.Launch(
                ServerVerb.Program,
                Data,
                environment,
                "--urls",
                Addresses[number].ToString()
            );
            lock (ended)
            {
                processes[number] = process;
                Started++;
            }
            var code = Killed;
            try
            {
                code = await process.EndAsync(closing.Token);
            }
            catch (OperationCanceledException)
            {
                // It is ended below.
            }
            lock (ended)
            {
                if (code != Killed && !process.Log.Contains("Heretix is ready", StringComparison.Ordinal))
                    NotStarted++;
                else if (code != Killed)
                    fallen.Add(
                        $"a process that took requests ended with {code}: {process.Log[^Math.Min(process.Log.Length, 2000)..]}"
                    );
                ended.AddRange(ErrorsOf(process));
                lastWords = process.Log;
                processes[number] = null;
            }
        }
    }

    /// <summary>Lines of the log at <c>fail</c> and <c>crit</c>.</summary>
    private static IEnumerable<string> ErrorsOf(ServerProcess process) =>
        process
            .Log.Split('\n')
            .Where(line =>
                line.Contains(" fail: ", StringComparison.Ordinal) || line.Contains(" crit: ", StringComparison.Ordinal)
            );
}
