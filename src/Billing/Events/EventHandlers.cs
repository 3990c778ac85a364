using Microsoft.Extensions.DependencyInjection;

namespace Heretix.Billing.Events;

/// <summary>Who handles which events. What nobody handles is recorded and acknowledged.</summary>
internal sealed class EventHandlers
{
    private readonly Dictionary<(string Source, string Type), IEventHandler> handlers = [];

    public EventHandlers(IEnumerable<IEventHandler> registered)
    {
        foreach (var handler in registered)
        {
            foreach (var type in handler.Types)
            {
                if (!handlers.TryAdd((handler.Source, type), handler))
                    throw new InvalidOperationException($"two handlers are registered for {type} of {handler.Source}");
            }
        }
    }

    /// <summary>What follows from an event; see <see cref="IEventHandler.PrepareAsync"/>.</summary>
    public ValueTask<Preparation> PrepareAsync(
        ProviderEvent received,
        bool fetch,
        CancellationToken cancellationToken
    ) =>
        handlers.TryGetValue((received.Source, received.Type), out var handler)
            ? handler.PrepareAsync(received, fetch, cancellationToken)
            : ValueTask.FromResult<Preparation>(Preparation.Ready.With(EventOutcome.Ignored));
}

internal static class EventHandlerRegistration
{
    /// <summary>Registers a handler of events.</summary>
    public static IServiceCollection AddEventHandler<THandler>(this IServiceCollection services)
        where THandler : class, IEventHandler => services.AddSingleton<IEventHandler, THandler>();
}
