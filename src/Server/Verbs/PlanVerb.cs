using System.CommandLine;
using System.Globalization;
using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Heretix.Billing.Usage;
using Heretix.Platform.Database;

namespace Heretix.Server.Verbs;

/// <summary><c>heretix plan</c>: shows a user's plan and usage, or grants a plan.</summary>
internal static class PlanVerb
{
    public static Command Create(CommonOptions options, TextWriter output)
    {
        var email = new Argument<string>("EMAIL") { Description = "The user's address, or id for who has none" };
        var plan = new Argument<string?>("PLAN")
        {
            Description = "starter, core or pro to grant it; trial to end a grant; nothing to only look",
            DefaultValueFactory = _ => null,
        };
        var until = new Option<string?>("--until")
        {
            Description = "Last day of the grant (UTC), for example 2027-01-31; for good when left out",
            HelpName = "DATE",
        };
        var verb = new Command("plan", "Show a user's plan and usage, or grant a plan") { email, plan, until };
        verb.SetAction(
            (parsed, stop) =>
            {
                var end = End(parsed.GetValue(until));
                if (end is not null && parsed.GetValue(plan) is null or PlanNames.Trial)
                    throw new UserErrorException("--until goes with a plan that is granted: starter, core or pro");
                return OperatorVerb.RunAsync(
                    parsed,
                    options,
                    (server, token) =>
                        RunAsync(
                            server.App.Services,
                            parsed.GetValue(email)!,
                            parsed.GetValue(plan),
                            end,
                            output,
                            token
                        ),
                    stop
                );
            }
        );
        return verb;
    }

    /// <summary>The grant ends with the day that is named.</summary>
    private static DateTimeOffset? End(string? day)
    {
        if (day is null)
            return null;
        return DateOnly.TryParseExact(
            day,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var date
        )
            ? new DateTimeOffset(date.AddDays(1), TimeOnly.MinValue, TimeSpan.Zero)
            : throw new UserErrorException($"--until: '{day}' is no date of the form 2027-01-31");
    }

    private static async Task<int> RunAsync(
        IServiceProvider services,
        string email,
        string? plan,
        DateTimeOffset? until,
        TextWriter output,
        CancellationToken stop
    )
    {
        await using var db = services.GetRequiredService<DatabaseConnections>().OpenUnpooled();
        var user = await UserByAddress.FindAsync(db, email, stop);
        if (plan is not null)
        {
            await using var transaction = await db.Database.BeginTransactionAsync(stop);
            try
            {
                await services
                    .GetRequiredService<Subscriptions>()
                    .GrantAsync(db, user.Id, plan, until: until, cancellationToken: stop);
            }
            catch (ArgumentException) when (until <= services.GetRequiredService<TimeProvider>().GetUtcNow())
            {
                throw new UserErrorException(
                    $"--until: {until:yyyy-MM-dd} is the first day after the grant, and it has begun; name a day to come"
                );
            }
            catch (ArgumentException refused)
            {
                throw new UserErrorException(refused.Message.Split(" (Parameter", 2)[0]);
            }
            await transaction.CommitAsync(stop);
        }
        foreach (var meter in (string[])[Meters.Checks, Meters.SolveSessions])
        {
            var view = await services
                .GetRequiredService<IUsageMeter>()
                .ViewAsync(UsageSubject.OfUser(user.Id), meter, stop);
            var period = view.PeriodEnd is { } end ? $", until {end.UtcDateTime:yyyy-MM-dd HH:mm}Z" : "";
            await output.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{view.Plan}: {view.Used} of {view.Allowed?.ToString(CultureInfo.InvariantCulture) ?? "any number of"} {meter} used{period}"
                )
            );
        }
        return ExitCode.Ok;
    }
}
