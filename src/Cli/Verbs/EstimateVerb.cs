using System.CommandLine;
using System.Text;
using Heretix.Cli.Input;
using Heretix.Cli.Output;
using Heretix.Cli.Settings;
using Heretix.Estimation;

namespace Heretix.Cli.Verbs;

/// <summary><c>hx estimate</c>: aggregates numbers that the user brings, without any model.</summary>
internal static class EstimateVerb
{
    private const string StandardInput = "standard input";

    public static Command Create(Surroundings around)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "Numbers as JSON; - or nothing reads standard input",
            DefaultValueFactory = _ => "-",
        };
        var iterations = OptionValues.Whole("--b", "Bootstrap iterations (default 5000)", 1);
        var seed = OptionValues.Seed(
            "--seed",
            $"Bootstrap seed, 0 to {ulong.MaxValue} (default derived from the numbers)"
        );
        var center = OptionValues.Word(
            "--center",
            "How template means become one: trimmed (default) or mean",
            "CENTER",
            "trimmed",
            "mean"
        );
        var trim = OptionValues.Finite(
            "--trim",
            "Share cut off at each end, 0 up to but not 0.5 (default 0.2)",
            "SHARE"
        );
        var json = new Option<bool>("--json") { Description = "Print JSON with full double precision" };
        var verb = new VerbCommand(
            "estimate",
            "Aggregate probabilities or log-odds that you have into one estimate with its intervals",
            [
                "hx estimate numbers.json",
                """echo '{"probabilities":[["a",[0.6,0.7]],["b",[0.65]]]}' | hx estimate --json""",
                "hx estimate numbers.json --b 20000 --seed 42 --center mean",
            ]
        )
        {
            file,
            iterations,
            seed,
            center,
            trim,
            json,
        };
        OptionValues.RefuseUnknownOptions(file, verb);
        verb.SetAction(
            (parsed, _) =>
                Verb.RunAsync(
                    around,
                    async () =>
                    {
                        var options = new BootstrapOptions(
                            parsed.GetValue(iterations) ?? 5000,
                            parsed.GetValue(center) == "mean" ? Center.Mean : Center.Trimmed,
                            Trim(parsed.GetValue(trim) ?? 0.2)
                        );
                        var input = await ReadAsync(parsed.GetValue(file)!, around);
                        RequireMemory(options.Iterations);
                        var estimate = EstimateDocument.Of(
                            input.Clusters,
                            options,
                            parsed.GetValue(seed) ?? input.DerivedSeed
                        );
                        if (parsed.GetValue(json))
                            await around.Out.WriteLineAsync(
                                DocumentJson.Of(estimate, DocumentJson.Indented.EstimateDocument)
                            );
                        else
                            estimate.WriteTo(around.Out);
                        return ExitCode.Ok;
                    }
                )
        );
        return verb;
    }

    private static async Task<EstimateInput> ReadAsync(string file, Surroundings around)
    {
        if (file == "-")
            return EstimateReader.Read(Encoding.UTF8.GetBytes(await around.In.ReadToEndAsync()), StandardInput);
        try
        {
            return EstimateReader.Read(await File.ReadAllBytesAsync(file), file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                Directory.Exists(file)
                    ? $"{file} is a folder, not a file of numbers"
                    : $"cannot read {file}: {failure.Message}"
            );
        }
    }

    /// <summary>The centres of all iterations are kept for the percentiles, eight bytes each.</summary>
    private static void RequireMemory(int iterations)
    {
        var most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 / sizeof(double);
        if (iterations > most)
            throw new UserErrorException(
                $"--b {iterations} needs more memory than there is; here it may be up to {most}"
            );
    }

    private static double Trim(double share) =>
        share is >= 0 and < 0.5
            ? share
            : throw new UserErrorException(
                FormattableString.Invariant(
                    $"--trim is the share cut off at each end and lies in [0, 0.5); it is {share}"
                )
            );
}
