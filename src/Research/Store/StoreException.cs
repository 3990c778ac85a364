namespace Heretix.Research.Store;

/// <summary>A store that cannot be opened, read or written.</summary>
public sealed class StoreException(string message, Exception? inner = null) : Exception(message, inner);
