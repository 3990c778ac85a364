namespace Heretix.Research.Store;

/// <summary>How a research store is opened.</summary>
/// <param name="Path">The SQLite file; it and its folder are created when absent.</param>
/// <param name="Durable">
/// Wait for the disk at each commit, so that even a power cut loses nothing that was paid for. Off for the mock,
/// whose answers cost nothing; the death of the process loses nothing either way.
/// </param>
/// <param name="OnNotice">Told in one sentence what the user may want to know: waiting, resuming, a changed bank.</param>
/// <param name="NewId">Makes 12 hex digits for a new execution; random when null.</param>
public sealed record StoreOptions(
    string Path,
    bool Durable = true,
    Action<string>? OnNotice = null,
    Func<string>? NewId = null
);
