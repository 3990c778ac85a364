namespace Heretix.Platform.Settings;

/// <summary>The server cannot start as it is configured; every problem is named.</summary>
/// <param name="problems">One sentence each: which variable, what is wrong, what to do.</param>
public sealed class ConfigurationException(IReadOnlyList<string> problems) : Exception(Sentence(problems))
{
    /// <summary>What a process exits with: <c>EX_CONFIG</c> of sysexits.h.</summary>
    public const int ExitCode = 78;

    /// <summary>One sentence for each problem.</summary>
    public IReadOnlyList<string> Problems => problems;

    private static string Sentence(IReadOnlyList<string> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        var count = problems.Count == 1 ? "one problem" : $"{problems.Count} problems";
        return $"The configuration has {count}:{string.Concat(problems.Select(problem => $"\n  - {problem}"))}";
    }
}
