using System.Text.Json;
using Heretix.Rpl.Results;

namespace Heretix.Research.Monitor;

/// <summary>What a claim was measured at when the baseline was made.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Model">The model, by its provider's name or the user's.</param>
/// <param name="PromptVersion">Full version of the prompt bank.</param>
/// <param name="P">Probability in [0,1].</param>
/// <param name="CiWidth">Width of the 95 % interval.</param>
/// <param name="Stability">Stability score in [0,1].</param>
/// <param name="Mock">The mock answered; null where the file does not say.</param>
/// <param name="K">Template slots; null where the file does not say.</param>
/// <param name="R">Replicates per slot; null where the file does not say.</param>
public sealed record BaselineRow(
    string Claim,
    string Model,
    string PromptVersion,
    double P,
    double CiWidth,
    double Stability,
    bool? Mock,
    int? K,
    int? R
);

/// <summary>A baseline that cannot be read; the message names file and line.</summary>
public sealed class BaselineException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A baseline: JSONL with <c>claim</c>, <c>model</c>, <c>prompt_version</c>, <c>p_RPL</c>, <c>stability</c> and
/// <c>ci_width</c> (or <c>ci95</c>). Of several rows for one claim, model and version the last one counts.
/// </summary>
public sealed class Baseline
{
    private readonly ILookup<string, BaselineRow> byClaim;

    private Baseline(IReadOnlyList<BaselineRow> rows)
    {
        Rows = rows;
        byClaim = rows.ToLookup(row => row.Claim);
    }

    /// <summary>The rows in the order of the file.</summary>
    public IReadOnlyList<BaselineRow> Rows { get; }

    /// <summary>A baseline of given rows.</summary>
    public static Baseline Of(IReadOnlyList<BaselineRow> rows) => new(rows);

    /// <summary>Reads a file.</summary>
    /// <exception cref="BaselineException">It cannot be read, or a line lacks something or is no JSON.</exception>
    public static Baseline Read(string path)
    {
        try
        {
            return Parse(path, File.ReadLines(path));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BaselineException($"cannot read the baseline {path}: {failure.Message}", failure);
        }
    }

    /// <summary>Finds the row for a result, or says why there is none.</summary>
    /// <param name="gap">Null when a row was found.</param>
    public BaselineRow? For(RunResult run, out BaselineGap? gap)
    {
        BaselineRow[] rows = [.. byClaim[run.Claim]];
        gap = null;
        foreach (var name in (string[])[run.Model, run.LogicalModel])
        {
            var row = rows.LastOrDefault(row =>
                Is(row.Model, name) && row.PromptVersion == run.PromptVersion && row.Mock != !run.Mock
            );
            if (row is not null)
                return row;
        }
        gap = rows is [.., var last] ? Explain(run, last) : new BaselineGap("no row for the claim");
        return null;
    }

    private static BaselineGap Explain(RunResult run, BaselineRow row) =>
        !Is(row.Model, run.Model) && !Is(row.Model, run.LogicalModel)
            ? new($"a row for the model {row.Model}, not {run.Model}")
        : row.PromptVersion != run.PromptVersion
            ? new($"a row for the prompt version {row.PromptVersion}, not {run.PromptVersion}")
        : new(run.Mock ? "a row of a real model, not of the mock" : "a row of the mock, not of a real model");

    private static bool Is(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);

    private static Baseline Parse(string path, IEnumerable<string> lines)
    {
        var rows = new List<BaselineRow>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var text = line.Trim().TrimStart('\uFEFF');
            if (text.Length > 0 && !text.StartsWith('#'))
                rows.Add(new BaselineLine(path, number, text).Row());
        }
        return rows.Count > 0 ? new Baseline(rows) : throw new BaselineException($"the baseline {path} has no rows");
    }
}

/// <summary>Why a result has no baseline.</summary>
/// <param name="Reason">In words: what is there instead.</param>
public sealed record BaselineGap(string Reason);

/// <summary>One line of a baseline file.</summary>
internal sealed class BaselineLine(string path, int number, string text)
{
    /// <exception cref="BaselineException">Names file, line and what is wrong.</exception>
    public BaselineRow Row()
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw Error("a row is a JSON object");
            return Row(document.RootElement);
        }
        catch (JsonException malformed)
        {
            throw Error($"not JSON: {malformed.Message}");
        }
    }

    private BaselineRow Row(JsonElement json) =>
        new(
            Text(json, "claim").Trim(),
            Text(json, "model"),
            Text(json, "prompt_version"),
            Share(json, "p_RPL") ?? throw Error("there is no p_RPL"),
            Share(json, "ci_width") ?? Width(json) ?? throw Error("there is neither ci_width nor ci95"),
            Share(json, "stability") ?? throw Error("there is no stability"),
            json.TryGetProperty("mock", out var mock) && mock.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? mock.GetBoolean()
                : null,
            Whole(json, "K"),
            Whole(json, "R")
        );

    private string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { Length: > 0 } text
            ? text
            : throw Error($"there is no {name}");

    private double? Share(JsonElement json, string name)
    {
        if (!json.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var share) && share is >= 0 and <= 1
            ? share
            : throw Error($"{name} is a number from 0 to 1, not {value.GetRawText()}");
    }

    private double? Width(JsonElement json)
    {
        if (!json.TryGetProperty("ci95", out var bounds) || bounds.ValueKind == JsonValueKind.Null)
            return null;
        return
            bounds.ValueKind == JsonValueKind.Array
            && bounds.GetArrayLength() == 2
            && bounds[0].ValueKind == JsonValueKind.Number
            && bounds[1].ValueKind == JsonValueKind.Number
            && bounds[1].GetDouble() - bounds[0].GetDouble() is >= 0 and <= 1 and var width
            ? width
            : throw Error($"ci95 is [low, high], not {bounds.GetRawText()}");
    }

    private static int? Whole(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt32(out var whole)
            ? whole
            : null;

    private BaselineException Error(string problem) => new($"{path}:{number}: {problem}");
}
