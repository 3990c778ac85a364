using System.CommandLine;
using Heretix.Cli.Settings;
using Heretix.Research.Batch;
using Heretix.Research.Compare;
using Heretix.Rpl.Requests;

namespace Heretix.Cli.Verbs;

/// <summary>What <c>hx compare</c> was told.</summary>
internal sealed record CompareRequest
{
    private readonly HashSet<string>? wanted;

    public required ComparedSides Sides { get; init; }
    public required MeasurementSettings Settings { get; init; }
    public required DateTimeOffset Since { get; init; }
    public required string? Claim { get; init; }
    public required string? ClaimsPath { get; init; }

    /// <summary>The claims that are compared; all when null.</summary>
    public required IReadOnlyList<ClaimLine>? Claims
    {
        get;
        init
        {
            field = value;
            wanted = value?.Select(line => line.Claim).ToHashSet();
        }
    }

    /// <summary>The store as an option of further commands; empty for the default one.</summary>
    public required string StoreOption { get; init; }

    private Func<RecordedRun, bool> Shape { get; init; } = _ => true;

    /// <exception cref="UserErrorException">There are not two sides, or nothing to measure.</exception>
    public static CompareRequest Read(CompareOptions options, ParseResult parsed, Surroundings around)
    {
        var settings = MeasurementSettings.Read(options.Measurement, options.Claim, parsed, around);
        var sides = SidesOf(settings);
        var days = parsed.GetValue(options.SinceDays);
        if (days < 1)
            throw new UserErrorException($"--since-days takes a number of days from 1, not {days}", ExitCode.Usage);
        var path = parsed.GetValue(options.ClaimsFile)?.ToString();
        var claim = settings.Claim?.Trim();
        if (path is not null && claim is not null)
            throw new UserErrorException("give --claim or --claims-file, not both", ExitCode.Usage);
        var claims =
            path is not null ? ClaimsFile.Read(path)
            : claim is null ? null
            : [new ClaimLine("claim", claim, null, null, 1)];
        var run = parsed.GetValue(options.Run);
        if (run && claims is null)
            throw new UserErrorException(
                "--run measures the claims of --claims-file FILE (or one --claim TEXT): give one of them",
                ExitCode.Usage
            );
        var store = parsed.GetValue(options.Measurement.Store.Db);
        return new CompareRequest
        {
            Sides = sides,
            Settings = settings,
            Since = around.Time.GetUtcNow().AddDays(-days),
            Claim = claim,
            ClaimsPath = path,
            Claims = claims,
            StoreOption = store is null ? "" : $"--db {SuggestedCommands.Quoted(store)}",
            Shape = run ? Measured(settings) : Given(options.Measurement, sides, parsed),
        };
    }

    /// <summary>Whether a stored run takes part.</summary>
    public bool Wants(RecordedRun run) => (wanted is null || wanted.Contains(run.Claim)) && Shape(run);

    /// <summary>The measurements that the store does not have: all of them when nothing may be taken from it.</summary>
    public IReadOnlyList<BatchItem> Missing(IReadOnlyList<RecordedRun> stored)
    {
        var all = BatchVerb.Items(Settings, Claims!);
        if (Settings.Template.NoCache || Settings.Template.Auto)
            return all;
        var there = stored.ToLookup(run => run.Claim);
        return [.. all.Where(item => !there[item.Request.Claim].Any(run => Answers(run, item.Request)))];
    }

    private bool Answers(RecordedRun run, MeasurementRequest request)
    {
        var asked = Sides.By == ComparedBy.Model ? request.Model : request.PromptVersion;
        var name = Sides.Of(run) == Side.A ? Sides.A : Sides.B;
        return asked == name
            && run.BaseUrl == request.BaseUrl?.AbsoluteUri
            && (
                Sides.By == ComparedBy.Model ? Begins(run.PromptVersion, request.PromptVersion) : Is(run, request.Model)
            );
    }

    private static ComparedSides SidesOf(MeasurementSettings settings) =>
        (settings.PromptVersions, settings.Models) switch
        {
            ([var a, var b], { Count: 1 }) => new ComparedSides(ComparedBy.PromptVersion, a, b),
            ({ Count: 1 }, [var a, var b]) => new ComparedSides(ComparedBy.Model, a, b),
            _ => throw new UserErrorException(
                "a comparison has two sides: give two different --prompt-version, or two different --model",
                ExitCode.Usage
            ),
        };

    /// <summary>Without measuring, only what was said on the command line restricts what is compared.</summary>
    private static Func<RecordedRun, bool> Given(MeasurementOptions options, ComparedSides sides, ParseResult parsed)
    {
        var model = sides.By == ComparedBy.PromptVersion && parsed.GetValue(options.Model) is [var only] ? only : null;
        var version = sides.By == ComparedBy.Model && parsed.GetValue(options.PromptVersion) is [var one] ? one : null;
        return run =>
            (model is null || Is(run, model))
            && (version is null || Begins(run.PromptVersion, version))
            && Same(options.K, run.Shape.K)
            && Same(options.R, run.Shape.R)
            && Same(options.T, run.Shape.T)
            && Same(options.B, run.Shape.B)
            && Same(options.MaxOutputTokens, run.Shape.MaxOutputTokens)
            && (!parsed.GetValue(options.Mock) || run.Shape.Mock);

        bool Same(Option<int?> option, int? value) => parsed.GetValue(option) is not { } given || given == value;
    }

    /// <summary>After measuring, only what was sampled as the settings say is compared.</summary>
    private static Func<RecordedRun, bool> Measured(MeasurementSettings settings)
    {
        var request = settings.Template;
        return run =>
            (request.Auto || (run.Shape.K == request.K && run.Shape.R == request.R))
            && (request.T is null || run.Shape.T == request.T)
            && run.Shape.B == request.B
            && run.Shape.MaxOutputTokens == request.MaxOutputTokens
            && run.Shape.Mock == request.Mock
            && settings.PromptVersions.Any(version => Begins(run.PromptVersion, version))
            && settings.Models.Any(model => Is(run, model));
    }

    private static bool Is(RecordedRun run, string model) =>
        run.LogicalModel.Equals(model, StringComparison.OrdinalIgnoreCase)
        || run.Model.Equals(model, StringComparison.OrdinalIgnoreCase);

    private static bool Begins(string version, string name) => version.StartsWith(name, StringComparison.Ordinal);
}
