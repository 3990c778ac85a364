namespace Heretix.Platform.Notifications;

/// <summary>Where the listener connects to: unpooled, kept alive, not through a pooler.</summary>
internal sealed record ListenerAddress(string ConnectionString);
