using System.ComponentModel;
using System.Globalization;
using Heretix.Checks.Run;
using Heretix.Platform.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Checks.History;

/// <summary>Which checks belong in a list.</summary>
internal readonly record struct HistoryQuery(
    [property: FromQuery(Name = "status")] [property: Description("running, completed or failed.")] string? Status,
    [property: FromQuery(Name = "verdict")]
    [property: Description("likely_true, likely_false or uncertain.")]
        string? Verdict,
    [property: FromQuery(Name = "model")]
    [property: Description("The model as it was asked for, or as its provider calls it.")]
        string? Model,
    [property: FromQuery(Name = "q")] [property: Description("A part of the claim, in either case.")] string? Q,
    [property: FromQuery(Name = "from")]
    [property: Description("Created at this time or later: 2026-03-14T09:26:53Z, or a date.")]
        string? From,
    [property: FromQuery(Name = "to")] [property: Description("Created before this time.")] string? To,
    [property: FromQuery(Name = "was_cached")]
    [property: Description("Whether nothing was asked for the check.")]
        bool? WasCached,
    [property: FromQuery(Name = "mock")] [property: Description("Whether the labelled mock answered.")] bool? Mock
)
{
    private static readonly string[] Statuses = [Check.Running, Check.Completed, Check.Failed];
    private static readonly string[] Verdicts = ["likely_true", "likely_false", "uncertain"];

    /// <summary>The checks that belong in the list, or what is wrong with the query.</summary>
    public ProblemHttpResult? Read(IQueryable<Check> own, DateTimeOffset now, out IQueryable<Check> chosen)
    {
        var validation = new Validation();
        Word(validation, "status", Status, Statuses);
        Word(validation, "verdict", Verdict, Verdicts);
        foreach (var (name, text) in (ReadOnlySpan<(string, string?)>)[("q", Q), ("model", Model)])
            validation.Check(text?.Contains('\0') != true, name, "holds characters that are no text");
        var from = Time(validation, "from", From);
        var to = Time(validation, "to", To);
        chosen = own;
        if (validation.Problem is { } problem)
            return problem;
        chosen = ByVerdict(ByStatus(own, now));
        if (!string.IsNullOrWhiteSpace(Model))
        {
            var model = Model.Trim();
            chosen = chosen.Where(check => check.Model == model || check.LogicalModel == model);
        }
        if (!string.IsNullOrWhiteSpace(Q))
        {
            var pattern = $"%{Q.Trim().Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
            chosen = chosen.Where(check => EF.Functions.ILike(check.Claim, pattern, @"\"));
        }
        if (from is not null)
            chosen = chosen.Where(check => check.CreatedAt >= from);
        if (to is not null)
            chosen = chosen.Where(check => check.CreatedAt < to);
        var (cached, mock) = (WasCached, Mock);
        if (cached is not null)
            chosen = chosen.Where(check => check.WasCached == cached);
        if (mock is not null)
            chosen = chosen.Where(check => check.Mock == mock);
        return null;
    }

    /// <summary>A running check whose lease has run out has failed, whether or not anybody has noted it down.</summary>
    private IQueryable<Check> ByStatus(IQueryable<Check> own, DateTimeOffset now) =>
        Status switch
        {
            Check.Running => own.Where(check => check.Status == Check.Running && check.LeaseUntil >= now),
            Check.Failed => own.Where(check =>
                check.Status == Check.Failed || (check.Status == Check.Running && check.LeaseUntil < now)
            ),
            Check.Completed => own.Where(check => check.Status == Check.Completed),
            _ => own,
        };

    private IQueryable<Check> ByVerdict(IQueryable<Check> own) =>
        Verdict switch
        {
            "likely_true" => own.Where(check => check.ProbTrueRpl >= Estimation.Verdict.LikelyTrueFrom),
            "likely_false" => own.Where(check => check.ProbTrueRpl <= Estimation.Verdict.LikelyFalseUpTo),
            "uncertain" => own.Where(check =>
                check.ProbTrueRpl > Estimation.Verdict.LikelyFalseUpTo
                && check.ProbTrueRpl < Estimation.Verdict.LikelyTrueFrom
            ),
            _ => own,
        };

    private static void Word(Validation validation, string name, string? given, string[] choices) =>
        validation.Check(
            string.IsNullOrEmpty(given) || choices.Contains(given),
            name,
            $"must be one of {string.Join(", ", choices)}"
        );

    private static DateTimeOffset? Time(Validation validation, string name, string? given)
    {
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (string.IsNullOrWhiteSpace(given))
            return null;
        if (DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, utc, out var time))
            return time;
        validation.Add(name, "must be a time like 2026-03-14T09:26:53Z");
        return null;
    }
}
