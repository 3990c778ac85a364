namespace Heretix.Platform.Jobs;

/// <summary>A kind of job as it was registered.</summary>
/// <param name="Name">Its name; also the group of its jobs in Quartz and the execution group of their triggers.</param>
/// <param name="Retry">What happens when the handler throws.</param>
/// <param name="Arguments">Type of what is queued.</param>
/// <param name="Write">What is queued, as JSON.</param>
/// <param name="RunAsync">Reads the JSON and runs the handler out of a scope.</param>
internal sealed record JobKind(
    string Name,
    JobRetry Retry,
    Type Arguments,
    Func<object?, string> Write,
    Func<IServiceProvider, string, JobRun, CancellationToken, Task> RunAsync
)
{
    /// <summary>When it queues itself; null when only callers queue it.</summary>
    public Recurrence? Recurrence { get; init; }
}

/// <summary>Every kind that this process can run.</summary>
internal sealed class JobKinds
{
    private readonly Dictionary<string, JobKind> kinds = new(StringComparer.Ordinal);

    public JobKinds(IEnumerable<JobKind> registered)
    {
        foreach (var kind in registered)
        {
            if (!kinds.TryAdd(kind.Name, kind))
                throw new InvalidOperationException($"two handlers are registered for jobs of kind '{kind.Name}'");
        }
    }

    public IEnumerable<JobKind> All => kinds.Values;

    public JobKind? Find(string kind) => kinds.GetValueOrDefault(kind);

    /// <exception cref="InvalidOperationException">No such kind, or it takes other arguments.</exception>
    public JobKind Require(string kind, Type arguments)
    {
        var known =
            Find(kind)
            ?? throw new InvalidOperationException(
                $"no handler is registered for jobs of kind '{kind}'; registered are {string.Join(", ", kinds.Keys.Order(StringComparer.Ordinal))}"
            );
        return known.Arguments == arguments
            ? known
            : throw new InvalidOperationException(
                $"jobs of kind '{kind}' take {known.Arguments.Name}, not {arguments.Name}"
            );
    }
}
