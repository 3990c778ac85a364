using System.Globalization;
using Heretix.Billing.Plans;
using Heretix.Platform.Http;
using Heretix.Platform.Settings;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Heretix.Billing.Usage;

/// <summary>Answers refused uses with 402 and says which plan allows how much, when there is more, and where to go.</summary>
public sealed class UsageProblem(ServerSettings settings, IOptions<BillingOptions> options, TimeProvider time)
{
    /// <summary>The answer.</summary>
    /// <param name="refused">What was decided.</param>
    /// <param name="meter">Of which meter, as in <see cref="Meters"/>.</param>
    public ProblemHttpResult From(UsageDecision.Refused refused, string meter = Meters.Checks)
    {
        var usage = refused.Usage;
        List<(string, object?)> members =
        [
            ("plan", usage.Plan),
            ("meter", meter),
            ("allowed", usage.Allowed),
            ("used", usage.Used),
            ("remaining", usage.Remaining),
            ("period_end", usage.PeriodEnd?.UtcDateTime),
            ("signin_url", settings.Page(options.Value.SignInPath)),
            ("upgrade_url", settings.Page(options.Value.UpgradePath)),
        ];
        if (meter == Meters.Checks)
            members.AddRange([("checks_allowed", usage.Allowed), ("checks_used", usage.Used)]);
        return Problem.Of(402, refused.Error, Explain(refused, meter), [.. members]);
    }

    private string Explain(UsageDecision.Refused refused, string meter)
    {
        var usage = refused.Usage;
        var state = State(usage, meter);
        return refused.Error switch
        {
            "require_signin" => $"{state} Sign in to get more.",
            "require_subscription" => $"{state} Choose a plan to go on.",
            _ => state + Renewal(usage),
        };
    }

    private string Renewal(UsageView usage)
    {
        var higher = usage.Plan == PlanNames.Pro ? "" : " A higher plan allows more at once.";
        if (usage.PeriodEnd is not { } end)
            return higher;
        var day = end.UtcDateTime.ToString("d MMMM yyyy 'at' HH:mm", CultureInfo.InvariantCulture);
        return end > time.GetUtcNow()
            ? $" The next month of the plan begins on {day} UTC.{higher}"
            : $" Its renewal was due on {day} UTC and is awaited.{higher}";
    }

    private static string State(UsageView usage, string meter)
    {
        var allowed = Count(usage.Allowed ?? usage.Used, meter);
        var allows = usage.Plan switch
        {
            PlanNames.Anonymous => $"Without an account {allowed} {(usage.Allowed == 1 ? "is" : "are")} allowed",
            PlanNames.Trial => $"The trial allows {allowed} in all",
            var plan => $"The {plan} plan allows {allowed} a month",
        };
        if (usage.Allowed is null or 0)
            return allows + ".";
        var running = usage.Allowed.Value - usage.Used;
        return running > 0
            ? $"{allows}; {usage.Used} {Are(usage.Used)} used and {running} {Are(running)} still running."
            : $"{allows}, and {(usage.Allowed == 1 ? "it is" : "all are")} used.";
    }

    private static string Are(int count) => count == 1 ? "is" : "are";

    private static string Count(int count, string meter)
    {
        var (one, many) = meter == Meters.SolveSessions ? ("solve session", "solve sessions") : ("check", "checks");
        return count switch
        {
            0 => $"no {many}",
            1 => $"1 {one}",
            _ => string.Create(CultureInfo.InvariantCulture, $"{count:N0} {many}"),
        };
    }
}
