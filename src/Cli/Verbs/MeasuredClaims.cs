using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Research.Batch;

namespace Heretix.Cli.Verbs;

/// <summary>Measures the claims of a file for the verbs that look at them together.</summary>
internal static class MeasuredClaims
{
    /// <summary>Measures all items; interrupted, the same command goes on from there.</summary>
    /// <param name="each">Told each outcome, in the order of the items.</param>
    public static async Task<IReadOnlyList<BatchOutcome>> MeasureAsync(
        Workbench bench,
        Surroundings around,
        IReadOnlyList<BatchItem> items,
        Func<BatchOutcome, Task>? each,
        CancellationToken stop
    )
    {
        var runner = bench.Runner();
        var outcomes = new List<BatchOutcome>(items.Count);
        using (var progress = BatchProgressBar.On(around, items.Count))
        {
            await foreach (var outcome in runner.RunAsync(items, progress, null, stop))
            {
                outcomes.Add(outcome);
                if (each is not null)
                    await each(outcome);
            }
        }
        return outcomes;
    }

    /// <summary>Lists the measurements that failed on standard error, and gives the exit code that follows.</summary>
    /// <param name="path">The claims file.</param>
    public static async Task<int> ReportFailuresAsync(
        string path,
        IEnumerable<BatchOutcome> outcomes,
        Surroundings around
    )
    {
        BatchOutcome[] failures = [.. outcomes.Where(outcome => outcome.Failure is not null)];
        foreach (var outcome in failures)
        {
            var (line, request) = (outcome.Item.Line, outcome.Item.Request);
            await around.Error.WriteLineAsync(
                $"hx: {path}:{line.Line}: {line.Id}, {request.Model}, {request.PromptVersion}: {outcome.Failure!.Message}"
            );
        }
        return BatchVerb.ExitCodeOf(failures);
    }
}
