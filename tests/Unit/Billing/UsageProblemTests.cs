using Heretix.Billing;
using Heretix.Billing.Usage;
using Heretix.Platform.Settings;
using Heretix.Tests.Unit.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Heretix.Tests.Unit.Billing;

/// <summary>What people read when a plan allows no more.</summary>
public sealed class UsageProblemTests
{
    private static readonly DateTimeOffset End = new(2026, 2, 28, 10, 30, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(
        "anonymous",
        "checks",
        1,
        1,
        "Without an account 1 check is allowed, and it is used. Sign in to get more."
    )]
    [InlineData(
        "anonymous",
        "solve_sessions",
        0,
        0,
        "Without an account no solve sessions are allowed. Sign in to get more."
    )]
    [InlineData("trial", "checks", 3, 3, "The trial allows 3 checks in all, and all are used. Choose a plan to go on.")]
    [InlineData(
        "trial",
        "checks",
        3,
        2,
        "The trial allows 3 checks in all; 2 are used and 1 is still running. Choose a plan to go on."
    )]
    [InlineData(
        "trial",
        "solve_sessions",
        10,
        1,
        "The trial allows 10 solve sessions in all; 1 is used and 9 are still running. Choose a plan to go on."
    )]
    [InlineData(
        "starter",
        "checks",
        20,
        20,
        "The starter plan allows 20 checks a month, and all are used. The next month of the plan begins on 28 February 2026 at 10:30 UTC. A higher plan allows more at once."
    )]
    [InlineData(
        "pro",
        "checks",
        1750,
        1750,
        "The pro plan allows 1,750 checks a month, and all are used. The next month of the plan begins on 28 February 2026 at 10:30 UTC."
    )]
    public void The_sentence_says_which_plan_allows_how_much_and_what_to_do(
        string plan,
        string meter,
        int allowed,
        int used,
        string sentence
    ) => Answer(plan, meter, allowed, used).ProblemDetails.Detail.ShouldBe(sentence);

    [Fact]
    public void A_renewal_that_is_overdue_is_said_to_be() =>
        Answer("core", "checks", 100, 100, End.AddYears(-1))
            .ProblemDetails.Detail.ShouldBe(
                "The core plan allows 100 checks a month, and all are used. Its renewal was due on 28 February 2025 at "
                    + "10:30 UTC and is awaited. A higher plan allows more at once."
            );

    [Fact]
    public void The_answer_carries_the_numbers_and_where_to_go()
    {
        var problem = Answer("starter", "checks", 20, 20);
        problem.StatusCode.ShouldBe(402);
        problem.ProblemDetails.Extensions.ShouldBe(
            new Dictionary<string, object?>
            {
                ["error"] = "limit_reached",
                ["plan"] = "starter",
                ["meter"] = "checks",
                ["allowed"] = 20,
                ["used"] = 20,
                ["remaining"] = 0,
                ["period_end"] = End.UtcDateTime,
                ["signin_url"] = "https://app.example.org/x/signin",
                ["upgrade_url"] = "https://app.example.org/x/billing",
                ["checks_allowed"] = 20,
                ["checks_used"] = 20,
            },
            ignoreOrder: true
        );
        Answer("trial", "solve_sessions", 10, 10).ProblemDetails.Extensions.ShouldNotContainKey("checks_used");
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Answer(
        string plan,
        string meter,
        int allowed,
        int used,
        DateTimeOffset? end = null
    )
    {
        var settings = new ServerSettings
        {
            DataFolder = "",
            AppUrl = new Uri("https://app.example.org/x/"),
            ApiUrl = new Uri("https://api.example.org"),
            Configuration = new ConfigurationBuilder().Build(),
        };
        var paid = plan is not ("anonymous" or "trial");
        var error = plan switch
        {
            "anonymous" => "require_signin",
            "trial" => "require_subscription",
            _ => "limit_reached",
        };
        var periodEnd = paid ? end ?? End : (DateTimeOffset?)null;
        var view = new UsageView(plan, allowed, used, 0, periodEnd?.AddMonths(-1), periodEnd);
        return new UsageProblem(settings, Options.Create(new BillingOptions()), new ManualTime()).From(
            new UsageDecision.Refused(error, view),
            meter
        );
    }
}
