using Heretix.Platform.Database;

namespace Heretix.Billing.Events;

/// <summary>What became of an event.</summary>
/// <param name="Name">In snake_case, as it is stored and counted.</param>
internal sealed record EventOutcome(string Name)
{
    /// <summary>It changed something.</summary>
    public static EventOutcome Applied { get; } = new("applied");

    /// <summary>All of it held already.</summary>
    public static EventOutcome Unchanged { get; } = new("unchanged");

    /// <summary>Something later holds.</summary>
    public static EventOutcome Stale { get; } = new("stale");

    /// <summary>Nothing follows from such events.</summary>
    public static EventOutcome Ignored { get; } = new("ignored");

    /// <summary>It cannot be told what holds: the object has to be fetched. Never stored.</summary>
    public static EventOutcome Doubtful { get; } = new("doubtful");

    /// <summary>Whether the object has to be fetched.</summary>
    public bool IsDoubtful => Name == Doubtful.Name;

    /// <summary>It is about nobody who has an account here.</summary>
    public static EventOutcome UnknownUser { get; } = new("unknown_user");

    /// <summary>Somebody has to look at it; nothing was changed unless the detail says so.</summary>
    public static EventOutcome Flag(string name, string detail) => new(name) { Flagged = true, Detail = detail };

    /// <summary>Whom it is about, if that is known.</summary>
    public Guid? UserId { get; init; }

    /// <summary>A sentence for operators, without anything personal.</summary>
    public string? Detail { get; init; }

    /// <summary>Somebody has to look at it.</summary>
    public bool Flagged { get; init; }

    /// <summary>Whether its content is kept. That of somebody who was erased is not.</summary>
    public bool KeepsContent { get; init; } = true;

    /// <summary>What comes last in the transaction: putting jobs into the queue.</summary>
    public Func<HeretixDb, CancellationToken, Task>? Last { get; init; }
}
