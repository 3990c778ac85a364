using System.Buffers;

namespace Heretix.Lake.Partitions;

/// <summary>What may become part of a path.</summary>
internal static class LakeNames
{
    private const int Longest = 128;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
    );

    /// <exception cref="ArgumentException">It cannot name a file.</exception>
    internal static void CheckId(string id, string what)
    {
        if (id.Length is 0 or > Longest || id.AsSpan().ContainsAnyExcept(IdCharacters))
        {
            throw new ArgumentException(
                $"The {what} '{id}' cannot name a file: it takes 1 to {Longest} letters, digits, '.', '_' and '-'."
            );
        }
    }

    /// <exception cref="ArgumentException">An id or environment cannot be a name, or a sample is of another run.</exception>
    internal static void Check(IReadOnlyList<(RunRow Run, IReadOnlyList<SampleRow> Samples)> executions)
    {
        foreach ((RunRow run, IReadOnlyList<SampleRow> samples) in executions)
        {
            CheckId(run.ExecutionId, "execution id");
            CheckEnv(run.Env);
            if (samples.FirstOrDefault(s => s.ExecutionId != run.ExecutionId || s.Env != run.Env) is { } stray)
            {
                throw new ArgumentException(
                    $"A sample of execution '{stray.ExecutionId}' in '{stray.Env}' was given with execution "
                        + $"'{run.ExecutionId}' in '{run.Env}'."
                );
            }
        }
    }

    private static void CheckEnv(string env)
    {
        if (env.Length is 0 or > Longest || env[0] == '.' || env.AsSpan().ContainsAny("/\\\0"))
        {
            throw new ArgumentException(
                $"The environment '{env}' cannot name a folder: it takes 1 to {Longest} characters without '/', '\\' and "
                    + "NUL, and no '.' in front."
            );
        }
    }
}
