namespace Heretix.Lake.DuckDb;

/// <summary>What DuckDB answered instead of a result.</summary>
internal sealed class DuckDbException(string message) : Exception(message);
