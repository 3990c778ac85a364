namespace Heretix.Lake;

/// <summary>
/// libduckdb is not on this machine. Measuring, storing and reporting work without it; exports and queries do not.
/// The message says where it was looked for and how to get it.
/// </summary>
public sealed class DuckDbMissingException : Exception
{
    internal DuckDbMissingException(string message, Exception? innerException = null)
        : base(message, innerException) { }
}
