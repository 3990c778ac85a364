using Heretix.Platform.Database;

namespace Heretix.Billing.Events;

/// <summary>
/// What follows from one source's events of some types. Handlers are registered with <c>AddEventHandler</c>; there is one for
/// each source and type.
/// </summary>
internal interface IEventHandler
{
    /// <summary>The source.</summary>
    string Source { get; }

    /// <summary>Its types of events.</summary>
    IReadOnlyCollection<string> Types { get; }

    /// <summary>
    /// Works out what follows from an event. No connection is held meanwhile, so a provider may be asked: with
    /// <paramref name="fetch"/> it is asked how the object stands now, because the event alone left a doubt, or because an
    /// operator replays it.
    /// </summary>
    ValueTask<Preparation> PrepareAsync(ProviderEvent received, bool fetch, CancellationToken cancellationToken);
}

/// <summary>What follows, in the open transaction that also records the event. It can be asked for any number of times.</summary>
internal delegate Task<EventOutcome> EventEffect(HeretixDb db, CancellationToken cancellationToken);

/// <summary>Whether an event can be acted upon.</summary>
internal abstract record Preparation
{
    private Preparation() { }

    /// <summary>It can.</summary>
    public sealed record Ready(EventEffect Effect) : Preparation
    {
        /// <summary>Nothing is to be done in the database but to record it.</summary>
        public static Ready With(EventOutcome outcome) => new((_, _) => Task.FromResult(outcome));
    }

    /// <summary>The provider would have to be asked and does not answer: the event shall come again.</summary>
    public sealed record Unavailable(TimeSpan RetryAfter) : Preparation;
}
