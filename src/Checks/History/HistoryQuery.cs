using System.Globalization;
using Heretix.Checks.Run;
using Heretix.Estimation;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Heretix.Checks.History;

/// <summary>What a request for the history asks for: a page, and which checks belong in it.</summary>
internal sealed class HistoryQuery
{
    public const int LargestPage = 100;
    private const int DefaultPage = 20;

    private static readonly string[] Statuses = [Check.Running, Check.Completed, Check.Failed];
    private static readonly string[] Verdicts = ["likely_true", "likely_false", "uncertain"];

    private readonly IQueryCollection query;
    private readonly SortedDictionary<string, string[]> errors = new(StringComparer.Ordinal);
    private readonly string? status;
    private readonly string? verdict;
    private readonly string? model;
    private readonly string? words;
    private readonly DateTimeOffset? from;
    private readonly DateTimeOffset? to;
    private readonly bool? wasCached;
    private readonly bool? mock;
    private readonly HistoryCursor? cursor;

    public HistoryQuery(IQueryCollection query)
    {
        this.query = query;
        Limit = Whole("limit") ?? DefaultPage;
        status = Word("status", Statuses);
        verdict = Word("verdict", Verdicts);
        model = Text("model");
        words = Text("q");
        from = Time("from");
        to = Time("to");
        wasCached = Flag("was_cached");
        mock = Flag("mock");
        if (Text("cursor") is not { } place)
            return;
        if (HistoryCursor.TryParse(place, out var parsed))
            cursor = parsed;
        else
            Refuse("cursor", "must be the next_cursor of an earlier page.");
    }

    public int Limit { get; }

    /// <summary>What is wrong, by parameter.</summary>
    public IReadOnlyDictionary<string, string[]> Errors => errors;

    /// <summary>The checks that belong in the page, newest first; one more than fits says that there is another page.</summary>
    public IQueryable<Check> Page(IQueryable<Check> own, DateTimeOffset now)
    {
        if (cursor is { } place)
            own = own.Where(check =>
                EF.Functions.LessThan(
                    ValueTuple.Create(check.CreatedAt, check.Id),
                    ValueTuple.Create(place.CreatedAt, place.Id)
                )
            );
        return Filter(own, now)
            .OrderByDescending(check => check.CreatedAt)
            .ThenByDescending(check => check.Id)
            .Take(Limit + 1);
    }

    private IQueryable<Check> Filter(IQueryable<Check> own, DateTimeOffset now)
    {
        // A running check whose lease has run out lost its process, whether or not anybody has noted it down.
        own = status switch
        {
            Check.Running => own.Where(check => check.Status == Check.Running && check.LeaseUntil >= now),
            Check.Failed => own.Where(check =>
                check.Status == Check.Failed || (check.Status == Check.Running && check.LeaseUntil < now)
            ),
            Check.Completed => own.Where(check => check.Status == Check.Completed),
            _ => own,
        };
        own = verdict switch
        {
            "likely_true" => own.Where(check => check.ProbTrueRpl >= Verdict.LikelyTrueFrom),
            "likely_false" => own.Where(check => check.ProbTrueRpl <= Verdict.LikelyFalseUpTo),
            "uncertain" => own.Where(check =>
                check.ProbTrueRpl > Verdict.LikelyFalseUpTo && check.ProbTrueRpl < Verdict.LikelyTrueFrom
            ),
            _ => own,
        };
        if (model is not null)
            own = own.Where(check => check.Model == model || check.LogicalModel == model);
        if (words is not null)
        {
            var pattern = $"%{words.Replace(@"\", @"\\").Replace("%", @"\%").Replace("_", @"\_")}%";
            own = own.Where(check => EF.Functions.ILike(check.Claim, pattern, @"\"));
        }
        if (from is not null)
            own = own.Where(check => check.CreatedAt >= from);
        if (to is not null)
            own = own.Where(check => check.CreatedAt < to);
        if (wasCached is not null)
            own = own.Where(check => check.WasCached == wasCached);
        if (mock is not null)
            own = own.Where(check => check.Mock == mock);
        return own;
    }

    private string? Text(string name)
    {
        var text = query[name].ToString().Trim();
        if (!text.Contains('\0', StringComparison.Ordinal))
            return text.Length == 0 ? null : text;
        Refuse(name, "holds characters that are no text.");
        return null;
    }

    private string? Word(string name, string[] choices)
    {
        if (Text(name) is not { } text || choices.Contains(text))
            return Text(name);
        Refuse(name, $"must be one of {string.Join(", ", choices)}.");
        return null;
    }

    private int? Whole(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is >= 1 and <= LargestPage
        )
            return number;
        Refuse(name, $"must be a whole number from 1 to {LargestPage}.");
        return null;
    }

    private bool? Flag(string name)
    {
        if (Text(name) is not { } text)
            return null;
        if (text is "true" or "false")
            return text == "true";
        Refuse(name, "must be true or false.");
        return null;
    }

    private DateTimeOffset? Time(string name)
    {
        if (Text(name) is not { } text)
            return null;
        const DateTimeStyles utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, utc, out var time))
            return time.ToUniversalTime();
        Refuse(name, "must be a time like 2026-03-14T09:26:53Z.");
        return null;
    }

    private void Refuse(string name, string sentence) => errors[name] = [sentence];
}
