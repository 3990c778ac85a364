using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Heretix.Platform.Telemetry.Health;

/// <summary>
/// Runs all health checks at once, each for a bounded time, and keeps the answer for a moment: however many ask, the
/// checks run once.
/// </summary>
internal sealed class Readiness(
    IServiceScopeFactory scopes,
    IOptions<HealthCheckServiceOptions> checks,
    IOptions<TelemetryOptions> options,
    TimeProvider time,
    ILogger<Readiness> log
)
{
    private readonly Lock turn = new();
    private Task<HealthAnswer>? latest;
    private string before = "healthy";

    /// <summary>The present answer, or a new one when that is too old.</summary>
    public Task<HealthAnswer> AskAsync(CancellationToken cancellationToken)
    {
        Task<HealthAnswer> answer;
        lock (turn)
        {
            if (latest is null || IsOld(latest))
                latest = Task.Run(RunAsync, CancellationToken.None);
            answer = latest;
        }
        return answer.WaitAsync(cancellationToken);
    }

    private bool IsOld(Task<HealthAnswer> task)
    {
        if (!task.IsCompleted)
            return false;
        return !task.IsCompletedSuccessfully
            || time.GetUtcNow() - task.GetAwaiter().GetResult().Timestamp >= options.Value.HealthCache;
    }

    private async Task<HealthAnswer> RunAsync()
    {
        var registrations = checks.Value.Registrations.OrderBy(check => check.Name, StringComparer.Ordinal).ToList();
        var outcomes = await Task.WhenAll(registrations.Select(RunAsync));
        var answers = new Dictionary<string, CheckAnswer>(StringComparer.Ordinal);
        var worst = HealthStatus.Healthy;
        foreach (var (registration, (answer, status)) in registrations.Zip(outcomes))
        {
            answers[registration.Name] = answer;
            // What is optional degrades the server at most.
            var weight =
                status == HealthStatus.Unhealthy && !registration.Tags.Contains(HealthTags.Required)
                    ? HealthStatus.Degraded
                    : status;
            worst = weight < worst ? weight : worst;
        }
        var word = worst.ToString().ToLowerInvariant();
        if (word != before)
            Log.ReadinessChanged(log, before, word, string.Join(", ", Down(answers)));
        before = word;
        return new HealthAnswer(word, time.GetUtcNow(), answers);
    }

    private static IEnumerable<string> Down(Dictionary<string, CheckAnswer> answers) =>
        answers.Where(check => check.Value.Error is not null).Select(check => $"{check.Key} {check.Value.Error}");

    private async Task<(CheckAnswer Answer, HealthStatus Status)> RunAsync(HealthCheckRegistration registration)
    {
        var start = time.GetTimestamp();
        using var stop = new CancellationTokenSource(options.Value.HealthTimeout, time);
        try
        {
            // On a thread of its own: a check that blocks must not hold up the others.
            var result = await Task.Run(() => CheckAsync(registration, stop.Token), stop.Token).WaitAsync(stop.Token);
            if (HealthTags.IsSkipped(result))
                return (new CheckAnswer("skipped", null, null), HealthStatus.Healthy);
            var up = result.Status == HealthStatus.Healthy;
            return (Answer(up ? "up" : "down", up ? null : Code(result.Description), start), result.Status);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (Answer("down", "timeout", start), HealthStatus.Unhealthy);
        }
        catch (Exception failure)
        {
            Log.HealthCheckFailed(log, registration.Name, failure);
            return (Answer("down", "exception", start), HealthStatus.Unhealthy);
        }
    }

    private async Task<HealthCheckResult> CheckAsync(HealthCheckRegistration registration, CancellationToken stop)
    {
        await using var scope = scopes.CreateAsyncScope();
        var check = registration.Factory(scope.ServiceProvider);
        return await check.CheckHealthAsync(new HealthCheckContext { Registration = registration }, stop);
    }

    /// <summary>A description that is a code is one for everybody; sentences may tell too much and stay inside.</summary>
    private static string Code(string? description) =>
        description is { Length: > 0 and <= 40 }
        && description.All(letter => char.IsAsciiLetterLower(letter) || letter == '_')
            ? description
            : "unavailable";

    private CheckAnswer Answer(string status, string? error, long start) =>
        new(status, Math.Round(time.GetElapsedTime(start).TotalMilliseconds, 2), error);
}
