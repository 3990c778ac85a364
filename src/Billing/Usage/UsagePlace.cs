using Heretix.Billing.Plans;
using Heretix.Billing.Subscriptions;
using Npgsql;

namespace Heretix.Billing.Usage;

/// <summary>Where a use is counted: a meter of a user in the current period, or of a browser.</summary>
internal sealed record UsagePlace(UsageSubject Subject, string Meter, Standing Standing)
{
    /// <summary>What may be counted there.</summary>
    public Allowance Allowance { get; } = Standing.Plan.AllowanceOf(Meter);

    /// <summary>Takes one place there.</summary>
    public NpgsqlCommand Take(
        NpgsqlConnection connection,
        Guid reservation,
        DateTimeOffset now,
        DateTimeOffset expires
    ) =>
        Subject.UserId is { } user
            ? connection.Command(
                UsageStatements.TakeForUser,
                Guid.CreateVersion7(now),
                user,
                Meter,
                Standing.Plan.Name,
                Standing.PeriodStart,
                Standing.PeriodEnd,
                Allowance.Limit,
                now,
                reservation,
                expires
            )
            : connection.Command(
                UsageStatements.TakeForBrowser,
                Subject.Browser,
                Meter,
                Allowance.Limit,
                now,
                reservation,
                expires
            );

    /// <summary>Gives back the places of reservations that are overdue there.</summary>
    public NpgsqlBatch Expire(NpgsqlConnection connection, DateTimeOffset now) =>
        Subject.UserId is { } user
            ? OverdueReservations.OfUser(connection, user, Meter, Standing.PeriodStart, now)
            : OverdueReservations.OfBrowser(connection, Subject.Browser!, Meter, now);

    /// <summary>What is counted there, as people see it.</summary>
    public UsageView View(int used, int reserved) =>
        UsageViews.Of(Standing.Plan.Name, Allowance, used, reserved, Standing.PeriodStart, Standing.PeriodEnd);
}
