using Heretix.Billing.Usage;
using Heretix.Platform.Database;

namespace Heretix.Tests.Integration.Checks;

/// <summary>Allowances in memory, shared by the hosts of a test; everybody has the same one.</summary>
internal sealed class TestUsage : IUsageMeter
{
    private readonly Lock gate = new();
    private readonly Dictionary<UsageSubject, int> used = [];
    private readonly Dictionary<Guid, UsageSubject> open = [];

    /// <summary>Checks that each subject may make.</summary>
    public int Allowed { get; set; } = 1000;

    /// <summary>Why a subject without room is refused.</summary>
    public string Refusal { get; set; } = "require_signin";

    public int Renewals { get; private set; }

    /// <summary>Reservations that are neither settled nor released.</summary>
    public int Open
    {
        get
        {
            lock (gate)
                return open.Count;
        }
    }

    /// <summary>Uses that were counted, over all subjects.</summary>
    public int Used
    {
        get
        {
            lock (gate)
                return used.Values.Sum();
        }
    }

    /// <summary>Every open reservation runs out.</summary>
    public void Expire()
    {
        lock (gate)
            open.Clear();
    }

    public Task<UsageDecision> ReserveAsync(UsageSubject subject, string meter, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            if (View(subject).Remaining <= 0)
                return Task.FromResult<UsageDecision>(new UsageDecision.Refused(Refusal, View(subject)));
            var reservation = Guid.NewGuid();
            open[reservation] = subject;
            return Task.FromResult<UsageDecision>(new UsageDecision.Reserved(reservation, View(subject)));
        }
    }

    public Task<IReadOnlyList<Guid>> RenewAsync(
        IReadOnlyCollection<Guid> reservations,
        CancellationToken cancellationToken
    )
    {
        lock (gate)
        {
            Renewals++;
            return Task.FromResult<IReadOnlyList<Guid>>([.. reservations.Where(id => !open.ContainsKey(id))]);
        }
    }

    public Task<UsageView?> SettleAsync(HeretixDb db, Guid reservation, CancellationToken cancellationToken)
    {
        db.Database.CurrentTransaction.ShouldNotBeNull("a use is settled in the transaction that stores it");
        lock (gate)
        {
            if (!open.Remove(reservation, out var subject))
                return Task.FromResult<UsageView?>(null);
            used[subject] = used.GetValueOrDefault(subject) + 1;
            return Task.FromResult<UsageView?>(View(subject));
        }
    }

    public Task ReleaseAsync(HeretixDb db, Guid reservation, CancellationToken cancellationToken)
    {
        db.Database.CurrentTransaction.ShouldNotBeNull();
        lock (gate)
            open.Remove(reservation);
        return Task.CompletedTask;
    }

    public Task<UsageView> ViewAsync(UsageSubject subject, string meter, CancellationToken cancellationToken)
    {
        lock (gate)
            return Task.FromResult(View(subject));
    }

    private UsageView View(UsageSubject subject)
    {
        var (spent, reserved) = (used.GetValueOrDefault(subject), open.Values.Count(s => s == subject));
        var plan = subject.UserId is null ? "anonymous" : "trial";
        return new UsageView(plan, Allowed, spent, Math.Max(0, Allowed - spent - reserved), null, null);
    }
}
